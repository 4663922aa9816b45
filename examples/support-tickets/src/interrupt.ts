/** Somebody stopped the program; the message says what became of the training. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/** 128 + SIGINT, as shells count. */
export const INTERRUPTED = 130

/**
 * Runs work with a signal that Ctrl-C, a request to end and `also` abort; a second Ctrl-C ends the process at once.
 *
 * @throws Interrupted by way of the signal's reason.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>, also: AbortSignal): Promise<T> {
  const controller = new AbortController()
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(INTERRUPTED)
    controller.abort(new Interrupted('stopped'))
  }
  const abort = () => controller.abort(also.reason)
  also.addEventListener('abort', abort)
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  try {
    return await work(controller.signal)
  } finally {
    also.removeEventListener('abort', abort)
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
  }
}
