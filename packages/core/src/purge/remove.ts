import type { Context, Driver, Kept } from '../driver.ts'
import { isAnytuneError } from '../errors.ts'
import { foldSteps } from '../operation/operation.ts'
import { VISIBLE_WITHIN_MS, whenVisible } from '../run/visible.ts'
import type { Settings } from '../settings.ts'
import { noOperation, orGone } from './job-things.ts'
import type { Outcome, ThingKind } from './receipt.ts'
import type { FoundThing } from './things.ts'

/**
 * Removes one thing. What the provider refuses is an outcome, not an error.
 *
 * @param begun An earlier process began to remove it: what is not there any more was removed by it.
 */
export async function removeThing(
  settings: Settings,
  thing: FoundThing,
  begun: boolean,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  try {
    return await (thing.attempt === undefined
      ? removeKept(settings, thing, begun, signal)
      : abandonUpload(settings, thing, thing.attempt, signal))
  } catch (error) {
    signal?.throwIfAborted()
    if (!isAnytuneError(error)) throw error
    if (error.code === 'not-found') return { state: begun ? 'removed' : 'gone' }
    const { code, message, hint, next } = error
    const again = error.retryable ? 'purge again later' : 'mend what the reason says, and purge again'
    const what = { hint: hint === undefined ? again : `${hint}; ${again}`, ...(next && { next }) }
    return { state: 'kept', code, reason: message, ...what }
  }
}

interface Place {
  readonly name: 'deployments' | 'models' | 'datasets'
  readonly part: (driver: Driver) => Pick<Kept<unknown>, 'get' | 'delete'> | undefined
}

const DATASETS: Place = { name: 'datasets', part: ({ datasets }) => datasets }
const MODELS: Place = { name: 'models', part: ({ models }) => models }

/** Where a thing is kept, by its kind; jobs and uploads are not deleted so. */
const PLACES: Readonly<Record<ThingKind, Place | undefined>> = {
  deployment: { name: 'deployments', part: ({ deployments }) => deployments },
  checkpoint: MODELS,
  model: MODELS,
  dataset: DATASETS,
  'result-file': DATASETS,
  upload: undefined,
  job: undefined,
}

async function removeKept(
  settings: Settings,
  thing: FoundThing,
  begun: boolean,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const { calls } = settings
  const place = PLACES[thing.kind]
  const part = place?.part(calls.driver)
  const remove = part?.delete?.bind(part)
  if (place === undefined || part === undefined || remove === undefined) return noOperation(calls.driver, thing.kind)
  const { name } = place
  // Some providers delete what is not there without a word, and the receipt would say that we did it.
  if (!begun && (await isGone(settings, thing, name, (context) => part.get(thing.id, context), signal))) {
    return { state: 'gone' }
  }
  // Deleting may be repeated, like reading: what is gone stays gone.
  await calls.read(`${name}.delete`, (context) => remove(thing.id, context), signal)
  return { state: 'removed' }
}

async function isGone(
  { calls }: Settings,
  { kind, madeAt }: FoundThing,
  name: Place['name'],
  get: (context: Context) => Promise<unknown>,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  // Providers that delete checkpoints need not show them as models.
  if (kind === 'checkpoint') return false
  // What nobody has seen since it was made may come into sight yet: it must not be told as gone.
  const until = madeAt === undefined ? 0 : Date.parse(madeAt) + VISIBLE_WITHIN_MS
  const looking = whenVisible(calls, `${name}.get`, get, signal, until)
  const seen = await orGone(looking.then(() => true)).catch((error: unknown) => {
    signal?.throwIfAborted()
    // Who may not look may be allowed to delete.
    if (isAnytuneError(error)) return true
    throw error
  })
  return seen === undefined
}

/** Parts of an upload hold rows, too. Whether there were any the provider does not say. */
async function abandonUpload(
  { calls, journal }: Settings,
  { id: name }: FoundThing,
  { run, step, key, since }: NonNullable<FoundThing['attempt']>,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const { datasets } = calls.driver
  const abandon = datasets.abandon?.bind(datasets)
  if (abandon === undefined) return noOperation(calls.driver, 'uploads')
  const state = foldSteps(await journal.read(run)).get(step)
  const resume = state?.key === key ? state.saved : undefined
  const attempt = { key, since: new Date(since), ...(resume !== undefined && { resume }) }
  await calls.read('datasets.abandon', (context) => abandon({ name }, attempt, context), signal)
  if (state?.key === key) await journal.forget(run, step)
  return { state: 'removed' }
}
