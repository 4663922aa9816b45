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

/** Ctrl-C, the polite request of `kill` and of supervisors, and a terminal that was closed. */
const STOPPING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const satisfies readonly NodeJS.Signals[]

/**
 * Runs `work` with a signal that Ctrl-C aborts, or whatever else asks the process to stop, so that it takes away what is
 * unfinished; asked a second time, the process ends as it would without us.
 *
 * @throws Interrupted by way of the signal's reason.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  // The listeners stay after the first time: what draws on the terminal ends the process at once when it is the only one to listen.
  const interrupt = (signal: NodeJS.Signals) => {
    if (!controller.signal.aborted) return controller.abort(new Interrupted())
    ignore()
    process.kill(process.pid, signal)
  }
  const ignore = () => STOPPING.forEach((signal) => process.off(signal, interrupt))
  STOPPING.forEach((signal) => process.on(signal, interrupt))
  try {
    return await work(controller.signal)
  } finally {
    ignore()
  }
}
