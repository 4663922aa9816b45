import type { Plan, PlanEvidence } from '@anytune/core'
import { describe, expect, it } from 'vitest'
import { nextCommands } from '../src/next-command.ts'
import { planText, type PlanTelling } from '../src/output/plan-text.ts'
import { createPaint } from '../src/output/style.ts'
import { bare } from './asked.ts'

const PAGE: PlanEvidence = {
  source: { title: 'a page', pageDate: '2026-10', readOn: '2026-11-22' },
  grade: 'vendor-page',
  ageDays: 55,
  age: 'fresh',
}
const PLAN: Plan = {
  version: 1,
  createdAt: '2026-11-25T12:00:00.000Z',
  digest: 'd'.repeat(64),
  profile: 'prod',
  provider: 'cloud',
  scope: 'account',
  offering: { id: 'cloud/train', title: 'Cloud, training', egress: 'provider' },
  baseModel: 'small',
  method: 'supervised',
  hyperparameters: {},
  providerOptions: {},
  datasets: [],
  skipRejected: false,
  creates: [],
  leaves: [],
  terms: 'unknown',
  policy: { configured: false, verdict: 'permit', note: 'policy: none, not evaluated' },
  cost: { kind: 'unknown', reason: 'no price is on record' },
  irreversible: [],
  servableUntil: 'unknown',
  preflight: [],
  warnings: [],
  ignored: [],
}

const telling: PlanTelling = { paint: createPaint(false), commands: (next) => nextCommands(bare, next) }

/** The lines under one name of the text. */
function told(plan: Partial<Plan>, name: string): readonly string[] {
  const lines = planText({ ...PLAN, ...plan }, telling).split('\n')
  const first = lines.findIndex((line) => line.startsWith(`  ${name} `))
  const more = lines.slice(first + 1)
  const end = more.findIndex((line) => !line.startsWith('    '))
  const width = '  served until  '.length
  return [lines[first] ?? '', ...more.slice(0, end === -1 ? undefined : end)].map((line) => line.slice(width))
}

describe('a plan for people', () => {
  it('tells each price with how it is known, and what is not known as unknown', () => {
    const training = { item: 'training', low: 0.67, high: 4.9, currency: 'USD', per: 'run', evidence: PAGE } as const
    const hosting = { item: 'hosting', low: 0, high: 0, currency: 'USD', per: 'hour', evidence: PAGE } as const
    const cost: Plan['cost'] = {
      kind: 'estimate',
      low: 0.67,
      high: 4.9,
      currency: 'USD',
      per: 'run',
      lines: [training, hosting, { item: 'cached-input', unknown: 'no price is on record' }],
      assumptions: ['these are bounds'],
    }
    expect(told({ cost }, 'cost')).toEqual([
      'training: 0.67 to 4.9 USD for the run [vendor page, 2026-10]',
      'hosting: nothing [vendor page, 2026-10]',
      'cached input: unknown: no price is on record',
      '(these are bounds)',
    ])
  })

  it('tells terms with their conditions, and says when a record is too old', () => {
    const term = { offering: 'cloud/train', dataClass: 'training-file', term: 'retention' } as const
    const old: PlanEvidence = { ...PAGE, ageDays: 300, age: 'too-old' }
    const terms: Plan['terms'] = [
      { ...term, value: 30, conditions: ['longer where law asks for it'], evidence: PAGE },
      { ...term, dataClass: 'inference', value: 0, evidence: PAGE },
      { ...term, dataClass: 'tuned-model', value: 'unknown', once: 'until-deleted', evidence: old },
    ]
    expect(told({ terms }, 'terms')).toEqual([
      'training file, retention: 30 days at most (longer where law asks for it) [vendor page, 2026-10]',
      'inference, retention: not kept [vendor page, 2026-10]',
      'tuned model, retention: unknown, once until deleted [vendor page, 2026-10, too old]',
    ])
  })

  it('lists what the request allowed', () => {
    expect(told({ allow: ['minimum-examples'] }, 'allowed')).toEqual(['minimum-examples'])
  })

  it('has a line for each command that does what a check or a warning asks for', () => {
    const message = 'the resource has 100 jobs, and takes 100'
    const preflight: Plan['preflight'] = [
      { id: 'base-model', result: 'passed', message: 'there' },
      { id: 'job-limit', result: 'failed', message, next: [{ do: 'export-all' }] },
    ]
    expect(told({ preflight }, 'checks')).toEqual([
      'passed: there',
      `failed: ${message}`,
      '  next: anytune export --all --to FOLDER',
    ])
    const warnings: Plan['warnings'] = [{ id: 'personal-data', message: 'emails', next: [{ do: 'redact' }] }]
    expect(
      planText({ ...PLAN, warnings }, telling)
        .split('\n')
        .slice(-2),
    ).toEqual(['warning: emails', '  next: anytune redact FILE --out OUT'])
  })

  it('reads a plan that was made before plans had lines and terms', () => {
    expect(told({}, 'cost')).toEqual(['unknown: no price is on record'])
    expect(told({}, 'terms')).toEqual(['unknown'])
  })

  it('lets no record write to the terminal', () => {
    const source = { title: 'x', pageDate: '2026-10\u001B[31m', readOn: '2026-11-22' }
    const line = { item: 'hosting', low: 1, high: 1, currency: 'USD\u001B[2J', per: 'hour' } as const
    const cost: Plan['cost'] = { kind: 'unknown', reason: '', lines: [{ ...line, evidence: { ...PAGE, source } }] }
    expect(planText({ ...PLAN, cost }, telling)).not.toContain('\u001B')
  })
})
