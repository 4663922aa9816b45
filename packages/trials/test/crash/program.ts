import { createTuner, type Decision, type Journal, type Plan, type Tuner } from '@anytune/core'
import type { Driver } from '@anytune/core/driver'

/** What is trained, but for the dataset. */
export const PLAN_REQUEST = {
  baseModel: 'gpt-4.1-mini-2025-04-14',
  method: 'supervised',
  hyperparameters: { epochs: 1 },
} as const

/** A tuner that loses no time in waiting. */
export function tunerOn(driver: Driver, journal: Journal): Tuner {
  return createTuner(driver, { journal, retry: { attempts: 3, firstMs: 0, maximumMs: 1 } })
}

/** What each process of a user's program does: starts the run or goes on with it, waits for its model, and serves it. */
export async function program(
  tuner: Tuner,
  journal: Journal,
  plan: () => Promise<Plan>,
  { signal, decision }: { readonly signal?: AbortSignal; readonly decision?: Decision } = {},
): Promise<void> {
  const within = { ...(signal && { signal }) }
  const id = await runOf(journal)
  const run =
    id === undefined
      ? await tuner.start(await plan(), within)
      : await tuner.resume(id, { ...within, ...(decision && { decision }) })
  const model = await run.model(within)
  if (!(await isServing(journal))) await model.deploy(within)
}

/** The one run in the journal; undefined when no process came so far. */
export async function runOf(journal: Journal): Promise<string | undefined> {
  return (await journal.list()).find((id) => id.startsWith('run-'))
}

/** True when a call of `deploy` came to its end, whoever heard of it: calling it once more would ask for another deployment. */
async function isServing(journal: Journal): Promise<boolean> {
  const deploys = (await journal.list()).filter((id) => id.startsWith('deploy-'))
  const histories = await Promise.all(deploys.map((id) => journal.read(id)))
  return histories.flat().some(({ entry }) => entry.type === 'ended' && entry.status === 'serving')
}
