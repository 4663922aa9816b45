import type { PlanTerm, Policy, PolicyFacts } from '../../src/index.ts'
import { termsOnRecord } from '../../src/index.ts'
import type { TermRecord } from '@anytune/catalogue'

export const NOW = new Date('2026-11-25T12:00:00Z')

/** What a vendor's own page said five days ago. */
export const PAGE = { source: { title: 'a page of the vendor', readOn: '2026-11-20' }, grade: 'vendor-page' } as const

/** The terms of a record, as they are at {@link NOW}. */
export function terms(...records: readonly TermRecord[]): readonly PlanTerm[] {
  return termsOnRecord({ id: 'cloud/train', terms: records }, NOW)
}

/** Facts about one dataset for one offering; what is given takes the place of the usual. */
export function facts(given: Partial<PolicyFacts> = {}): PolicyFacts {
  return {
    operation: 'train',
    offering: { id: 'cloud/train', title: 'Cloud, training', egress: 'provider' },
    terms: [],
    variants: [],
    data: [{ what: 'the training dataset', class: 'internal', personal: {} }],
    at: NOW.toISOString(),
    ...given,
  }
}

/** A policy of one rule. */
export function policy(rule: Omit<Policy['rules'][number], 'name'>, more: Partial<Policy> = {}): Policy {
  return { version: 1, name: 'acme', rules: [{ name: 'all', ...rule }], ...more }
}
