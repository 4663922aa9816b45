import {
  checkDataset,
  detectFormat,
  measureEncoding,
  type CheckReport,
  type EncodingMeasure,
  type ExampleRule,
  type Rejection,
} from '@anytune/dataset'
import type { Calls } from '../calls.ts'
import type { FormatId, Offering, PreflightCheck } from '../driver.ts'
import { AnytuneError } from '../errors.ts'
import { NO_POLICY } from '../policy/gate.ts'
import type { AnyRequest } from './check-request.ts'
import { assertSupported } from '../support.ts'
import { sealPlan } from './document-digest.ts'
import type { Plan, PlanCost, PlannedDataset } from './plan-document.ts'
import { namedSource, providerRules, readingDataset, type NamedSource } from './sources.ts'

/** Rejections that an error carries; `anytune check` lists the rest. */
const LISTED_REJECTIONS = 20

export interface MadePlan {
  readonly plan: Plan
  readonly sources: readonly NamedSource[]
}

/** Checks the request and its data, and writes down what starting it will do. Sends no byte of training data. */
export async function makePlan(
  calls: Calls,
  profile: string,
  request: AnyRequest,
  signal: AbortSignal | undefined,
): Promise<MadePlan> {
  const { driver } = calls
  const { baseModel, method, hyperparameters = {}, providerOptions = {}, skipRejected = false } = request
  const { capability, warnings } = assertSupported(driver, { ...request, hyperparameters })
  const own = Object.hasOwn(providerOptions, driver.provider) ? providerOptions[driver.provider] : {}
  const options = driver.options.job(own)
  const { datasets, sources } = await planDatasets(calls, request, capability.format, signal)
  const offering = driver.offering({ operation: 'train', baseModel, method, providerOptions: options })
  const plan = sealPlan({
    version: 1,
    createdAt: new Date().toISOString(),
    profile,
    provider: driver.provider,
    scope: driver.scope,
    offering,
    baseModel,
    method,
    hyperparameters,
    ...(request.suffix !== undefined && { suffix: request.suffix }),
    ...(request.seed !== undefined && { seed: request.seed }),
    ...(request.metadata !== undefined && { metadata: request.metadata }),
    providerOptions: { ...options },
    datasets,
    skipRejected,
    ...effects(offering, datasets, baseModel),
    policy: { configured: false, verdict: 'permit', note: NO_POLICY },
    preflight: await preflight(calls, request, options, signal),
    warnings,
    ignored: Object.keys(providerOptions).filter((name) => name !== driver.provider),
  })
  return { plan, sources }
}

async function planDatasets(calls: Calls, request: AnyRequest, target: FormatId, signal: AbortSignal | undefined) {
  const { baseModel, method, skipRejected = false } = request
  const training = namedSource('training', request.training)
  const sources = [
    training,
    ...(request.validation === undefined ? [] : [namedSource('validation', request.validation)]),
  ]
  const trainingFormat = await formatOf(training, target, signal)
  const rules = await readingDataset('training', () =>
    providerRules(calls, { baseModel, method }, { source: training.source, format: trainingFormat }, signal),
  )
  const datasets: PlannedDataset[] = []
  for (const source of sources) {
    datasets.push(await planDataset(source, target, rules, skipRejected, signal))
  }
  return { datasets, sources }
}

async function formatOf(named: NamedSource, target: FormatId, signal: AbortSignal | undefined): Promise<FormatId> {
  const { role, source } = named
  const detect = () => detectFormat(source, signal && { signal })
  const format = named.format ?? (await readingDataset(role, detect))
  if (format !== undefined) return format
  // No row that could tell: what is wrong with the file is the same in any format.
  const options = { format: target, ...(signal && { signal }) }
  assertUsable(named, await readingDataset(role, () => checkDataset(source, options)), false)
  return target
}

async function planDataset(
  named: NamedSource,
  target: FormatId,
  rules: readonly ExampleRule[],
  skipRejected: boolean,
  signal: AbortSignal | undefined,
): Promise<PlannedDataset> {
  const { role, source } = named
  const format = await formatOf(named, target, signal)
  const report = await readingDataset(role, () => checkDataset(source, { format, rules, ...(signal && { signal }) }))
  assertUsable(named, report, skipRejected)
  const { encoded, rejected } = await measure(named, { from: format, to: target, rules, skipRejected, signal })
  if (encoded.rows === 0) rejectRows(named, report.examples, rejected)
  return {
    role,
    ...(source.path !== undefined && { path: source.path }),
    name: source.name,
    ...(named.class !== undefined && { class: named.class }),
    format,
    examples: report.examples,
    rejected: { count: rejected.count, byRule: rejected.byRule },
    encoded: { format: target, ...encoded },
  }
}

/** Encodes for size and digest alone. What the wanted format cannot hold is known only now: the check judges the format given. */
async function measure(
  { role, source }: NamedSource,
  options: {
    readonly from: FormatId
    readonly to: FormatId
    readonly rules: readonly ExampleRule[]
    readonly skipRejected: boolean
    readonly signal: AbortSignal | undefined
  },
): Promise<{ readonly encoded: EncodingMeasure; readonly rejected: CheckReport['rejected'] }> {
  const { skipRejected, ...rest } = options
  const first: Rejection[] = []
  const byRule: Record<string, number> = {}
  const onSkipped = (rejection: Rejection) => {
    if (first.length < LISTED_REJECTIONS) first.push(rejection)
    byRule[rejection.rule] = (byRule[rejection.rule] ?? 0) + 1
  }
  const encoded = await readingDataset(role, () =>
    measureEncoding(source, { ...rest, onRejected: skipRejected ? 'skip' : 'fail', onSkipped }),
  )
  return { encoded, rejected: { count: encoded.skipped, first, byRule } }
}

function assertUsable(named: NamedSource, report: CheckReport, skipRejected: boolean): void {
  if (report.examples === 0)
    rejectDataset(named, 'has no examples', 'give a file with one example a line', { rule: 'empty-dataset' })
  if (report.rejected.count === 0 || (skipRejected && report.accepted > 0)) return
  rejectRows(named, report.examples, report.rejected)
}

function rejectRows(named: NamedSource, examples: number, { count, first, byRule }: CheckReport['rejected']): never {
  rejectDataset(
    named,
    `has ${count} of ${examples} rows that cannot be used`,
    `mend the lines listed, or leave them out with skipRejected (--skip-rejected); all of them: anytune check`,
    { rejected: { count, first: first.slice(0, LISTED_REJECTIONS), byRule } },
  )
}

function rejectDataset(named: NamedSource, what: string, hint: string, data: Readonly<Record<string, unknown>>): never {
  throw new AnytuneError('dataset-invalid', `the ${named.role} dataset ${named.source.name} ${what}`, {
    hint,
    data: { role: named.role, ...data },
  })
}

async function preflight(
  calls: Calls,
  request: AnyRequest,
  providerOptions: object,
  signal: AbortSignal | undefined,
): Promise<readonly PreflightCheck[]> {
  const check = calls.driver.preflight
  if (check === undefined) return []
  const target = { baseModel: request.baseModel, method: request.method, providerOptions }
  return calls.read('preflight', (context) => check.call(calls.driver, target, context), signal)
}

type Effects = Pick<Plan, 'creates' | 'leaves' | 'terms' | 'cost' | 'irreversible' | 'servableUntil'>

function effects(offering: Offering, datasets: readonly PlannedDataset[], baseModel: string): Effects {
  const creates = [
    ...datasets.map(({ role, encoded }) => `${role} dataset: ${encoded.rows} rows, ${encoded.bytes} bytes`),
    `fine-tuning job on ${baseModel}`,
    'fine-tuned model',
  ]
  if (offering.egress === 'none') {
    return {
      creates,
      leaves: [],
      terms: 'not-applicable',
      cost: { kind: 'none', reason: 'it runs on this computer' },
      irreversible: [],
      servableUntil: 'as long as its files are kept',
    }
  }
  return {
    creates,
    leaves: datasets.map(
      ({ role, name, encoded }) => `${role} dataset ${name} (${encoded.bytes} bytes) to ${offering.title}`,
    ),
    terms: 'unknown',
    cost: unknownCost(offering),
    irreversible: ['training that was started is charged by the provider, also when it is cancelled'],
    servableUntil: 'unknown',
  }
}

function unknownCost(offering: Offering): PlanCost {
  return { kind: 'unknown', reason: `no price is on record for ${offering.id}` }
}
