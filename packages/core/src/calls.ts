import type { Context, Driver, ErrorInfo } from './driver.ts'
import { AnytuneError, DEFAULT_HINTS, type ErrorCode, isAnytuneError } from './errors.ts'
import { createPoller, LONGEST_WAIT_MS } from './poll.ts'
import { DEFAULT_RETRY, retry, type RetryDecision, type RetryPolicy } from './retry.ts'

/** Core's way to a driver: one signal, one retry, one wrapping of errors. */
export interface Calls {
  readonly driver: Driver
  readonly policy: RetryPolicy
  /** A call that changes nothing: repeated whenever that may help. */
  read<T>(operation: string, call: (context: Context) => Promise<T>, signal?: AbortSignal): Promise<T>
  /** A call that changes something: repeated only when the vendor surely did not act on it. */
  write<T>(operation: string, call: (context: Context) => Promise<T>, signal?: AbortSignal): Promise<T>
  /**
   * A call that answers piece by piece. Until the first piece came it is repeated, as `read` or `write` would be;
   * one that breaks off later is the caller's to begin again.
   */
  stream<T>(
    kind: 'read' | 'write',
    operation: string,
    call: (context: Context) => AsyncIterable<T>,
    signal?: AbortSignal,
  ): AsyncGenerator<T, void, undefined>
  context(operation: string, signal?: AbortSignal, hooks?: ContextHooks): Context
  /** The driver's error as ours, and whether the vendor may have acted. */
  understand(error: unknown, operation: string): Understood
}

export interface ContextHooks {
  readonly save?: (state: unknown) => Promise<void>
  readonly progress?: (bytes: number) => void
}

export interface Understood {
  readonly error: AnytuneError
  readonly reached: 'no' | 'maybe' | 'yes'
  /** A part of the call, which `context.retry` has repeated as often as it may be: the whole is not begun again for it. */
  readonly exhausted: boolean
}

const NEVER = new AbortController().signal

export function createCalls(driver: Driver, policy: RetryPolicy = DEFAULT_RETRY): Calls {
  const exhausted = new WeakSet<object>()
  const understand = (error: unknown, operation: string) => ({
    ...understood(driver, error, operation),
    exhausted: typeof error === 'object' && error !== null && exhausted.has(error),
  })

  const attempt = <T>(
    operation: string,
    call: (context: Context) => Promise<T>,
    signal: AbortSignal | undefined,
    repeat: (known: Understood) => boolean,
  ) =>
    retry(
      async () => {
        try {
          return await call(context(operation, signal))
        } catch (error) {
          signal?.throwIfAborted()
          throw understand(error, operation)
        }
      },
      { policy, ...(signal && { signal }), decide: (known) => decide(known, repeat) },
    ).catch((known: unknown) => {
      throw isUnderstood(known) ? known.error : known
    })

  function context(operation: string, signal: AbortSignal = NEVER, hooks: ContextHooks = {}): Context {
    return {
      signal,
      retry: (part) =>
        retry(part, {
          policy,
          signal,
          decide: (error) => decide(understand(error, operation), (known) => known.error.retryable),
        }).catch((error: unknown) => {
          if (typeof error === 'object' && error !== null) exhausted.add(error)
          throw error
        }),
      async until(look) {
        const poller = createPoller(driver.polling)
        const since = Date.now()
        for (;;) {
          const answer = await look()
          if (answer !== undefined) return answer
          if (Date.now() - since >= LONGEST_WAIT_MS) {
            const error = notThere(driver, operation)
            exhausted.add(error)
            throw error
          }
          await poller.wait({ signal })
        }
      },
      save: hooks.save ?? (async () => {}),
      progress: hooks.progress ?? (() => {}),
    }
  }

  const read: Calls['read'] = (operation, call, signal) =>
    attempt(operation, call, signal, (known) => known.error.retryable)
  const write: Calls['write'] = (operation, call, signal) =>
    attempt(operation, call, signal, (known) => known.error.retryable && known.reached !== 'maybe')

  return {
    driver,
    policy,
    context,
    understand,
    read,
    write,
    async *stream<T>(
      kind: 'read' | 'write',
      operation: string,
      call: (context: Context) => AsyncIterable<T>,
      signal?: AbortSignal,
    ) {
      const begin = async (context: Context) => {
        const answer = call(context)[Symbol.asyncIterator]()
        return { answer, first: await answer.next() }
      }
      const { answer, first } = await { read, write }[kind](operation, begin, signal)
      try {
        for (let next = first; !next.done; next = await answer.next()) yield next.value
      } catch (error) {
        signal?.throwIfAborted()
        throw understand(error, operation).error
      } finally {
        await answer.return?.()
      }
    },
  }
}

function notThere({ provider }: Driver, operation: string): AnytuneError {
  const minutes = LONGEST_WAIT_MS / 60_000
  return new AnytuneError('timeout', `${provider} ${operation}: it has not come to its end within ${minutes} minutes`, {
    provider,
    operation,
    hint: 'it may go on at the provider: look there, and try again later',
  })
}

function decide(known: unknown, repeat: (known: Understood) => boolean): RetryDecision {
  if (!isUnderstood(known) || known.exhausted || !repeat(known)) return 'stop'
  const { retryAfterMs } = known.error
  return retryAfterMs === undefined ? {} : { afterMs: retryAfterMs }
}

function isUnderstood(value: unknown): value is Understood {
  return typeof value === 'object' && value !== null && 'reached' in value && 'error' in value
}

function understood(driver: Driver, error: unknown, operation: string): Omit<Understood, 'exhausted'> {
  // Thrown by core or the driver itself, not by the vendor: nothing was made. One that says to try again speaks of a request, though,
  // and nobody has said whether that arrived.
  if (isAnytuneError(error)) return { error, reached: error.retryable ? 'maybe' : 'no' }
  const { code, reached, message, ...details } = classified(driver, error, operation)
  const text = `${driver.provider} ${operation}: ${message ?? code.replaceAll('-', ' ')}`
  return {
    reached,
    error: new AnytuneError(code, text, {
      hint: hintFor(code, details.retryAfterMs),
      ...details,
      provider: driver.provider,
      operation,
      cause: error,
    }),
  }
}

function hintFor(code: ErrorCode, retryAfterMs: number | undefined): string {
  if (retryAfterMs === undefined) return DEFAULT_HINTS[code]
  return `wait ${Math.ceil(retryAfterMs / 1000)} s, then try again`
}

/** An error that the driver has no words for leaves open what became of the request. */
function classified(driver: Driver, error: unknown, operation: string): ErrorInfo {
  try {
    return driver.classify(error, operation)
  } catch {
    return { code: 'unknown', reached: 'maybe' }
  }
}
