import {
  checkDataset,
  createScanner,
  countTokens,
  detectFormat,
  isLimitId,
  measureEncoding,
  rowLimits,
  type CheckReport,
  type EncodingMeasure,
  type ExampleRule,
  type Rejection,
} from '@anytune/dataset'
import type { Calls } from '../calls.ts'
import type { FormatId, PreflightCheck } from '../driver.ts'
import { AnytuneError } from '../errors.ts'
import type { NextAction } from '../next-action.ts'
import type { Settings } from '../settings.ts'
import { assertSupported, type PlanWarning } from '../support.ts'
import type { AnyRequest } from './check-request.ts'
import { sealPlan } from './document-digest.ts'
import { assertOpen, type Drafted, effects } from './effects.ts'
import { assertNoSecret, findingWarnings, foundInDataset } from './findings.ts'
import type { Plan, PlannedDataset } from './plan-document.ts'
import type { CountTokens } from './plan-tokens.ts'
import { namedSource, providerRules, readingDataset, type NamedSource } from './sources.ts'
import { onRecord } from './on-record.ts'
import { NO_ROW_RULES, rowRules, type RowRules, rowWarnings } from './row-rules.ts'

/** Rejections that an error carries; checking the file lists the rest. */
const LISTED_REJECTIONS = 20

export interface MadePlan {
  readonly plan: Plan
  readonly sources: readonly NamedSource[]
}

/** Checks the request and its data, and writes down what starting it will do. Sends no byte of training data. */
export async function makePlan(
  settings: Settings,
  request: AnyRequest,
  signal: AbortSignal | undefined,
): Promise<MadePlan> {
  const { calls, profile, now } = settings
  const { driver } = calls
  const { baseModel, method, hyperparameters = {}, providerOptions = {}, skipRejected = false } = request
  const { capability, warnings } = assertSupported(driver, { ...request, hyperparameters })
  const own = Object.hasOwn(providerOptions, driver.provider) ? providerOptions[driver.provider] : {}
  const options = driver.options.job(own)
  const offering = driver.offering({ operation: 'train', baseModel, method, providerOptions: options })
  const at = now()
  const draft: Drafted = {
    createdAt: at.toISOString(),
    offering,
    baseModel,
    method,
    hyperparameters,
    providerOptions: { ...options },
    ...(request.allow !== undefined && request.allow.length > 0 && { allow: request.allow }),
  }
  // Before the data is read: what is closed needs no look at it.
  const closed = assertOpen(settings, draft, at)
  const onRows =
    offering.egress === 'none' ? NO_ROW_RULES : rowRules(onRecord(driver, draft, settings.catalogue, at), draft)
  const read = await planDatasets(calls, request, { target: capability.format, onRows, now: at }, signal)
  const { sources } = read
  const { warnings: ofOffering, ...told } = await effects(settings, draft, { ...read, closed, signal })
  const plan = sealPlan({
    version: 1,
    ...draft,
    profile,
    provider: driver.provider,
    scope: driver.scope,
    ...(request.suffix !== undefined && { suffix: request.suffix }),
    ...(request.seed !== undefined && { seed: request.seed }),
    ...(request.metadata !== undefined && { metadata: request.metadata }),
    skipRejected,
    ...(onRows.rejecting.length > 0 && { limits: onRows.rejecting }),
    ...told,
    preflight: await preflight(calls, request, options, signal),
    warnings: [...warnings, ...read.warnings, ...ofOffering],
    ignored: Object.keys(providerOptions).filter((name) => name !== driver.provider),
  })
  return { plan, sources }
}

interface Judging {
  /** What is sent is written in this. */
  readonly target: FormatId
  readonly onRows: RowRules
  readonly now: Date
}

async function planDatasets(calls: Calls, request: AnyRequest, judging: Judging, signal: AbortSignal | undefined) {
  const { target, onRows, now } = judging
  const { baseModel, method, skipRejected = false } = request
  const training = namedSource('training', request.training)
  const sources = [
    training,
    ...(request.validation === undefined ? [] : [namedSource('validation', request.validation)]),
  ]
  const trainingFormat = await formatOf(training, target, signal)
  const rules = await readingDataset('training', () =>
    providerRules(
      calls,
      { baseModel, method, limits: onRows.rejecting },
      { source: training.source, format: trainingFormat },
      signal,
    ),
  )
  const datasets: PlannedDataset[] = []
  const warnings: PlanWarning[] = []
  for (const source of sources) {
    // One for each dataset: it gathers what rows break without being rejected.
    const warning = rowLimits(onRows.warning)
    const planned = await planDataset(source, { target, rules, warning: warning.rules, skipRejected, signal })
    datasets.push(planned)
    warnings.push(...rowWarnings(onRows, planned, warning.warnings(), now), ...findingWarnings(planned))
  }
  const count: CountTokens = (role, options) => {
    const [named, planned] = [sources.find((one) => one.role === role), datasets.find((one) => one.role === role)]
    if (named === undefined || planned === undefined) throw new Error(`there is no ${role} dataset to count`)
    return readingDataset(role, () =>
      countTokens(named.source, { ...options, format: planned.format, rules, ...(signal && { signal }) }),
    )
  }
  return { datasets, sources, count, warnings }
}

async function formatOf(named: NamedSource, target: FormatId, signal: AbortSignal | undefined): Promise<FormatId> {
  const { role, source } = named
  const detect = () => detectFormat(source, signal && { signal })
  const format = named.format ?? (await readingDataset(role, detect))
  if (format !== undefined) return format
  // Rows that fit no format are an error of the check, which says how such files are read; what is left is a file without rows.
  assertUsable(named, await readingDataset(role, () => checkDataset(source, signal && { signal })), false)
  return target
}

async function planDataset(
  named: NamedSource,
  options: {
    readonly target: FormatId
    /** Rules that reject rows. */
    readonly rules: readonly ExampleRule[]
    /** Rules that let rows pass, and tell. */
    readonly warning: readonly ExampleRule[]
    readonly skipRejected: boolean
    readonly signal: AbortSignal | undefined
  },
): Promise<PlannedDataset> {
  const { target, rules, warning, skipRejected, signal } = options
  const { role, source } = named
  const format = await formatOf(named, target, signal)
  const judged = { format, rules: [...rules, ...warning], ...(signal && { signal }) }
  const scanner = createScanner()
  const report = await readingDataset(role, () => checkDataset(source, { ...judged, onRow: scanner.look }))
  assertUsable(named, report, skipRejected)
  assertNoSecret(named, scanner.report())
  const { encoded, rejected } = await measure(named, { from: format, to: target, rules, skipRejected, signal })
  if (encoded.rows === 0) rejectRows(named, report.examples, rejected)
  return {
    role,
    ...(source.path !== undefined && { path: source.path }),
    ...(source.layout !== undefined && { layout: source.layout }),
    name: source.name,
    ...(named.class !== undefined && { class: named.class }),
    format,
    examples: report.examples,
    rejected: { count: rejected.count, byRule: rejected.byRule },
    found: foundInDataset(scanner.report()),
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
    `mend the lines listed, or leave them out with skipRejected (--skip-rejected); checking the file lists all of them${allowText(byRule)}`,
    { rejected: { count, first: first.slice(0, LISTED_REJECTIONS), byRule } },
    [{ do: 'check', ...(named.source.path !== undefined && { path: named.source.path }) }],
  )
}

/** Rules on record can be wrong; those of the format cannot. */
function allowText(byRule: Readonly<Record<string, number>>): string {
  const [id] = Object.keys(byRule).filter(isLimitId)
  return id === undefined ? '' : `; if the record of a rule is wrong, allow it: allow: ["${id}"], or --allow ${id}`
}

function rejectDataset(
  named: NamedSource,
  what: string,
  hint: string,
  data: Readonly<Record<string, unknown>>,
  next: readonly NextAction[] = [],
): never {
  throw new AnytuneError('dataset-invalid', `the ${named.role} dataset ${named.source.name} ${what}`, {
    hint,
    ...(next.length > 0 && { next }),
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
