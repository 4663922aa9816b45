import type { ChatReply } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'
import { understand } from '../failure.ts'
import type { Budget } from './budget.ts'
import type { Pace } from './pace.ts'
import type { Question } from './questions.ts'

/** What became of a question: an answer, or the provider's refusal of this one question. */
export type Outcome = { readonly reply: ChatReply } | { readonly refusal: AnytuneError }

/** How a list of questions is asked. */
export interface Asking {
  /** Those that still have to be asked, in order; read as they are needed. */
  readonly questions: AsyncIterable<Question>
  readonly ask: (question: Question, signal: AbortSignal) => Promise<ChatReply>
  /** Writes the outcome down; the next question is asked when it resolves. */
  readonly keep: (question: Question, outcome: Outcome) => Promise<void>
  /** How many questions are under way at once. */
  readonly concurrency: number
  readonly pace: Pace
  readonly budget: Budget
  readonly signal: AbortSignal
}

/** Why it ended: all were asked, or the next one would not fit into the limits. */
export type Ending = 'all-asked' | 'limit-reached'

/**
 * Asks them all. What is under way when one of them fails, or a limit is reached, is still waited for and kept: it is paid.
 *
 * @throws AnytuneError the first failure that asking again did not mend, and the signal's reason once aborted.
 */
export async function askAll(asking: Asking): Promise<Ending> {
  const { questions, budget, concurrency, signal } = asking
  const source = questions[Symbol.asyncIterator]()
  const state: State = { refused: 0, ending: 'all-asked', stop: new AbortController() }

  async function work(): Promise<void> {
    while (state.failure === undefined && state.ending === 'all-asked') {
      const next = await source.next()
      if (next.done) return
      if (budget.admit(next.value)) await settle(asking, state, next.value)
      else state.ending = 'limit-reached'
    }
  }
  const workers = Array.from({ length: concurrency }, () =>
    work().catch((error: unknown) => {
      state.failure ??= { error }
      state.stop.abort(error)
    }),
  )
  await Promise.all(workers)
  await source.return?.()
  signal.throwIfAborted()
  if (state.failure !== undefined) throw state.failure.error
  return state.ending
}

interface State {
  failure?: { readonly error: unknown }
  /** Aborted by the first failure: nobody waits for a turn any more. */
  readonly stop: AbortController
  ending: Ending
  /** Refusals while nothing was ever answered; undefined after the first answer. */
  refused: number | undefined
}

/** When these many first questions are refused, it is not the questions that are wrong. */
const REFUSALS_THAT_STOP = 5

async function settle(asking: Asking, state: State, question: Question): Promise<void> {
  const { budget, keep } = asking
  const outcome = await outcomeOf(asking, state, question)
  const usage = 'reply' in outcome ? outcome.reply.usage : undefined
  budget.settle(question, usage)
  await keep(question, outcome)
  if ('reply' in outcome) {
    state.refused = undefined
    // A question that a filter stops takes no tokens that anybody tells of.
    if (budget.limited && usage === undefined && outcome.reply.finish !== 'filtered') throw uncountable()
  } else if (state.refused !== undefined && ++state.refused === REFUSALS_THAT_STOP) throw outcome.refusal
}

const ATTEMPTS = 6
const FIRST_PAUSE_MS = 1_000
/** A provider that asks for a longer pause gets none: the recording stops, and can be gone on with. */
const LONGEST_PAUSE_MS = 600_000

/** Asks until there is an answer. One that was lost on its way is asked for again: nothing was made, and nobody has it. */
async function outcomeOf({ ask, pace, signal }: Asking, state: State, question: Question): Promise<Outcome> {
  const waiting = AbortSignal.any([signal, state.stop.signal])
  for (let attempt = 1; ; attempt++) {
    await pace.turn(waiting)
    try {
      return { reply: await ask(question, signal) }
    } catch (error) {
      signal.throwIfAborted()
      const failure = understand(error)
      if (isAboutTheQuestion(failure)) return { refusal: failure }
      const pause = failure.retryAfterMs ?? FIRST_PAUSE_MS * 2 ** (attempt - 1)
      const again = failure.retryable && attempt < ATTEMPTS && pause <= LONGEST_PAUSE_MS
      if (!again || state.failure !== undefined) throw error
      pace.hold(pause)
    }
  }
}

/** The provider has read the question and will not answer it: too long, or not to its liking. */
function isAboutTheQuestion({ code, operation }: AnytuneError): boolean {
  return code === 'invalid-argument' && operation === 'chat'
}

function uncountable(): AnytuneError {
  return new AnytuneError('unsupported', 'the provider does not say how many tokens an answer took', {
    hint: 'no limit can be kept here: leave --max-cost and --max-tokens-total out, and bound it with --limit',
  })
}
