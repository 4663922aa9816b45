import type { PlanRequest, Run, Tuner } from '@anytune/core'
import type { LocalDriver } from '@anytune/local'
import { planText } from 'anytune'
import { recordCurve, type LossCurve } from './curve.ts'
import { Interrupted } from './interrupt.ts'
import type { Screen } from './screen.ts'

type Request = Omit<PlanRequest<LocalDriver>, 'method'>

/**
 * Plans, starts and shows a training until it ends, well or not.
 *
 * @throws Interrupted when the signal aborts, once the training is cancelled.
 */
export async function train(
  tuner: Tuner<LocalDriver>,
  request: Request,
  screen: Screen,
  signal: AbortSignal,
): Promise<{ readonly run: Run<LocalDriver>; readonly curve: LossCurve }> {
  screen.say('')
  const plan = await tuner.plan({ ...request, method: 'supervised' }, { signal })
  screen.say(planText(plan, screen))

  screen.title('Train (Ctrl-C cancels)')
  // Without the signal: this takes a moment, and a run that was started can be cancelled by its name.
  const run = await tuner.start(plan)
  const { add, curve } = recordCurve()
  const cancelling = cancelOnAbort(run, signal)
  const view = await screen.watch()
  try {
    for await (const event of run.events()) {
      add(event)
      view.show(event)
    }
  } finally {
    view.stop()
  }
  if (signal.aborted) throw await cancelling.outcome()
  return { run, curve: curve() }
}

/** Cancels the run as soon as the signal aborts; `outcome` says what came of it. */
function cancelOnAbort(run: Run<LocalDriver>, signal: AbortSignal) {
  let cancelled: Promise<unknown> = Promise.resolve()
  const cancel = () => {
    // It may have ended a moment before, which `outcome` tells.
    cancelled = run.cancel().catch((error: unknown) => error)
  }
  if (signal.aborted) cancel()
  else signal.addEventListener('abort', cancel, { once: true })
  return {
    async outcome(): Promise<Interrupted> {
      await cancelled
      const { id, status, model } = await run.job()
      const kept = model === undefined ? '' : `; its model is kept: ${model}`
      return new Interrupted(
        status === 'cancelled'
          ? `cancelled: the training ${id} was stopped`
          : `the training ${id} had ${status}${kept}`,
        { cause: signal.reason },
      )
    },
  }
}
