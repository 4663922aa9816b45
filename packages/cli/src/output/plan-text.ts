import type { CostLine, NextAction, Plan, PlanCost, PlannedDataset, PlannedTokens } from '@anytune/core'
import { safeLine } from './safe-text.ts'
import { policyLines } from './policy-text.ts'
import type { Paint } from './style.ts'
import { fields } from './table.ts'
import { known, termText, words } from './term-text.ts'
import { bytes, integer } from './units.ts'

/** How a plan is told. */
export interface PlanTelling {
  readonly paint: Paint
  /** The commands for what can be done next; absent: none is told. */
  readonly commands?: (next: readonly NextAction[] | undefined) => readonly string[]
}

/** A plan for people: what is created where, what leaves, under which terms, at what cost, and what cannot be undone. */
export function planText(plan: Plan, { paint, commands = () => [] }: PlanTelling): string {
  const { offering, policy } = plan
  const told = {
    provider: `${plan.provider} (profile ${plan.profile})`,
    offering: safeLine(offering.title),
    'base model': plan.baseModel,
    method: plan.method,
    settings: settings(plan),
    data: plan.datasets.map(datasetText),
    creates: plan.creates.map(safeLine),
    leaves: plan.leaves.length === 0 ? 'nothing: no row leaves this computer' : plan.leaves.map(safeLine),
    terms: termsText(plan.terms),
    'the account': plan.verified?.checks.map((check) => `${words(check.result)}: ${safeLine(check.message)}`),
    policy: policyLines(policy),
    cost: costText(plan.cost),
    irreversible: plan.irreversible.length === 0 ? 'nothing' : plan.irreversible.map(safeLine),
    'served until': plan.servableUntil,
    allowed: plan.allow?.map(safeLine),
    checks: plan.preflight.flatMap(({ result, message, next }) => [
      `${result}: ${safeLine(message)}`,
      ...commands(next).map((command) => `  next: ${safeLine(command)}`),
    ]),
    ignored: plan.ignored.map((namespace) => `options for ${safeLine(namespace)}, which is not the provider`),
  }
  const warnings = plan.warnings.flatMap(({ message, next }) => [
    paint('yellow', `warning: ${safeLine(message)}`),
    ...commands(next).map((command) => `  next: ${safeLine(command)}`),
  ])
  return [paint('bold', 'Plan'), fields(told, '  '), ...warnings].join('\n')
}

function settings({ hyperparameters, suffix, seed, metadata, providerOptions }: Plan): string | readonly string[] {
  const given = Object.entries({
    ...hyperparameters,
    ...(suffix !== undefined && { suffix }),
    ...(seed !== undefined && { seed }),
  })
  const lines = [
    ...(given.length === 0 ? [] : [given.map(([name, value]) => `${name} ${value}`).join(', ')]),
    ...Object.entries(metadata ?? {}).map(([name, value]) => `metadata ${name} ${value}`),
    ...Object.entries(providerOptions).map(([name, value]) => `${name} ${JSON.stringify(value)}`),
  ]
  return lines.length === 0 ? 'the provider’s own' : lines.map(safeLine)
}

function datasetText(dataset: PlannedDataset): string {
  const { role, name, class: sensitivity, format, examples, rejected, encoded, tokens } = dataset
  const parts = [
    `${integer(examples)} rows of ${format}`,
    ...(rejected.count > 0 ? [`${integer(rejected.count)} rejected and left out`] : []),
    `${integer(encoded.rows)} sent as ${encoded.format}, ${bytes(encoded.bytes)}`,
    ...(tokens ? [tokensText(tokens)] : []),
    sensitivity === undefined ? 'no class given' : `class ${sensitivity}`,
  ]
  return `${role} ${safeLine(name)}: ${parts.join('; ')}`
}

function tokensText({ total, method }: PlannedTokens): string {
  if (method.kind === 'exact') return `${integer(total)} tokens of ${method.encoding}`
  return `about ${integer(total)} tokens, estimated by ${method.standIn}`
}

function termsText(terms: Plan['terms']): string | readonly string[] {
  if (typeof terms !== 'string') return [...new Set(terms.map((term) => safeLine(termText(term))))]
  return terms === 'not-applicable' ? 'not applicable' : terms
}

/** A cost for people: a line for each thing that costs, and how the bounds were reached. */
export function costText(cost: PlanCost): readonly string[] {
  if (cost.kind === 'estimate') {
    return [...cost.lines.map(lineText), ...cost.assumptions.map((text) => safeLine(`(${text})`))]
  }
  // Nothing to pay, or a plan of an earlier version, has no lines.
  if (!('lines' in cost) || cost.lines === undefined) return [`${cost.kind}: ${safeLine(cost.reason)}`]
  return cost.lines.map(lineText)
}

const PER: Readonly<Record<Extract<CostLine, { readonly per: string }>['per'], string>> = {
  run: 'for the run',
  epoch: 'an epoch',
  hour: 'an hour',
  month: 'a month',
  'thousand-tokens': 'a thousand tokens',
  'million-tokens': 'a million tokens',
}

export function lineText(line: CostLine): string {
  const item = words(line.item)
  if ('unknown' in line) return safeLine(`${item}: unknown: ${line.unknown}`)
  const { low, high, per, currency, evidence } = line
  const amount = low === high ? `${low}` : `${low} to ${high}`
  const price = high === 0 ? 'nothing' : `${amount} ${currency} ${PER[per]}`
  return safeLine(`${item}: ${price} [${known(evidence)}]`)
}
