/** The user stopped the command. What was submitted goes on; the message says how to come back to it. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  /** The same as data, for `--json`. */
  readonly data: Readonly<Record<string, unknown>>

  constructor(message = 'interrupted', data: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.data = data
  }
}

/**
 * Runs `work` with a signal that Ctrl-C aborts; a second Ctrl-C ends the process as it would without us.
 *
 * @throws Interrupted by way of the signal's reason.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const interrupt = () => controller.abort(new Interrupted())
  process.once('SIGINT', interrupt)
  try {
    return await work(controller.signal)
  } finally {
    process.off('SIGINT', interrupt)
  }
}
