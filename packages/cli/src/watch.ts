import type { RunEvent, WatchOptions } from '@anytune/core'
import { mayAsk } from './ask.ts'
import { understand } from './failure.ts'
import { Interrupted } from './interrupt.ts'
import { createView, type View } from './output/view.ts'
import { safeLine } from './output/safe-text.ts'
import { loadPrompts } from './prompts.ts'
import type { Session } from './session.ts'

/** A run or a job, as far as watching it goes. */
export interface Watched {
  readonly kind: 'run' | 'job'
  readonly id: string
  /** The command that watches it again. */
  readonly again: string
  /** The command that goes on with it after a pause. */
  readonly goOn: string
  events(options: WatchOptions): AsyncIterable<RunEvent>
  cancel(): Promise<unknown>
}

export interface WatchChoices {
  /** The cursor of an event: what came before it is not told. */
  readonly after?: string | undefined
  /** The steps of the start were told while they were made. */
  readonly stepsTold?: boolean
}

/** Says once in this long that nothing was heard. */
const STALL_MS = 10 * 60_000

/**
 * Tells what happens until the job ends; true when the user had it cancelled from here.
 *
 * @throws Interrupted when the user leaves; the job goes on.
 */
export async function watch(session: Session, watched: Watched, choices: WatchChoices): Promise<boolean> {
  const { after, stepsTold = false } = choices
  const view = await createView(session)
  const interrupts = handleInterrupts(session, watched, view)
  const options = {
    signal: interrupts.signal,
    stallMs: STALL_MS,
    ...(after !== undefined && { after }),
  }
  try {
    for await (const event of watched.events(options)) {
      if (event.type === 'step' && stepsTold) continue
      view.show(event)
      if (event.type === 'status' && event.status === 'paused') view.remark(`paused; to go on: ${watched.goOn}`)
    }
    return interrupts.cancelled()
  } finally {
    interrupts.stop()
    view.stop()
  }
}

/** Ctrl-C asks what shall become of the job; a second one, or one that cannot be asked about, leaves it running. */
function handleInterrupts(session: Session, watched: Watched, view: View) {
  const leaving = new AbortController()
  let question: AbortController | undefined
  let cancelled = false

  const leave = () => leaving.abort(left(watched))
  const interrupt = () => {
    if (!mayAsk(session) || question !== undefined || cancelled) return leave()
    question = new AbortController()
    view.pause()
    void decide(question.signal)
      .catch((error: unknown) => leaving.abort(error))
      .finally(() => {
        question = undefined
        view.resume()
      })
  }
  const decide = async (signal: AbortSignal) => {
    const answer = await askWhatNow(session, watched, signal)
    if (answer === 'leave') leave()
    if (answer !== 'cancel') return
    cancelled = true
    await watched.cancel().catch((error: unknown) => {
      // Most likely it ended a moment before: watching on tells.
      view.remark(`not cancelled: ${understand(error).message}`)
      cancelled = false
    })
  }

  process.on('SIGINT', interrupt)
  return {
    signal: leaving.signal,
    cancelled: () => cancelled,
    stop() {
      process.off('SIGINT', interrupt)
      question?.abort()
    },
  }
}

type Answer = 'watch' | 'leave' | 'cancel'

async function askWhatNow({ streams }: Session, { kind, id }: Watched, signal: AbortSignal): Promise<Answer> {
  const { isCancel, select } = await loadPrompts()
  const answer = await select<Answer>({
    message: `What shall become of the ${kind} ${safeLine(id)}?`,
    options: [
      { value: 'leave', label: 'Leave it running', hint: 'Ctrl-C again does the same' },
      { value: 'cancel', label: 'Cancel the job' },
      { value: 'watch', label: 'Go on watching' },
    ],
    input: streams.stdin,
    output: streams.stdout,
    signal,
  })
  if (!isCancel(answer)) return answer
  // Aborted by us, because the job ended meanwhile, is not the user's Ctrl-C.
  return signal.aborted ? 'watch' : 'leave'
}

function left({ kind, id, again }: Watched): Interrupted {
  return new Interrupted(`left the ${kind} ${safeLine(id)} running; to watch it again: ${again}`, {
    [kind]: id,
    next: again,
  })
}
