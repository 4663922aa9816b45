import type { Fault, FaultKind } from '@anytune/emulator'
import type { VendorName } from './vendors.ts'

/** A vendor, and how it is sent a file. */
export interface Scenario {
  readonly name: string
  readonly vendor: VendorName
  readonly inParts: boolean
}

export const SCENARIOS: readonly Scenario[] = [
  { name: 'OpenAI, file whole', vendor: 'openai', inParts: false },
  { name: 'OpenAI, file in parts', vendor: 'openai', inParts: true },
  { name: 'Azure, file whole', vendor: 'azure', inParts: false },
  { name: 'Azure, file in parts', vendor: 'azure', inParts: true },
]

/** How a vendor behaves while processes die. */
export interface Condition {
  readonly name: string
  readonly vendors: readonly VendorName[]
  readonly settings?: Readonly<Record<string, unknown>>
  readonly fault?: FaultKind & Pick<Fault, 'times'>
  /** Acts that it makes a difference to. Default: all. */
  readonly acts?: RegExp
}

const OF_JOB = /^(?:jobs\.(?:create|list)|journal: .* job)$/
const OF_FILE_AND_JOB =
  /^(?:(?:files|jobs)\.(?:create|list)|uploads\.(?:create|complete)|journal: (?:begun|done) training|journal: .* job)$/
const OF_ALL_THAT_IS_MADE =
  /^(?:(?:files|jobs)\.(?:create|list)|uploads\.(?:create|complete)|deployments\..*|journal: (?:begun|done) training|journal: .* (?:job|deployment))$/

/** So many lists, or looks by id, miss what is new. */
export const MISSED = 2

/** Longer than any test, until the clock is moved. */
const LONG_LAG_MS = 600_000

export const CONDITIONS = {
  usual: { name: 'nothing else goes wrong', vendors: ['openai', 'azure'] },
  shortLag: {
    name: 'two lists miss what is new',
    vendors: ['openai', 'azure'],
    fault: { kind: 'list-lag', lists: MISSED, times: 9 },
    acts: OF_FILE_AND_JOB,
  },
  lateById: {
    name: 'what is new is not found by its id at first',
    vendors: ['openai', 'azure'],
    fault: { kind: 'get-lag', looks: MISSED, times: 9 },
    acts: /^(?:(?:files|jobs)\.create|uploads\.complete|deployments\.put|journal: done .*)$/,
  },
  longLag: {
    name: 'lists miss what is new for long',
    vendors: ['openai', 'azure'],
    fault: { kind: 'list-lag', milliseconds: LONG_LAG_MS, times: 9 },
    acts: OF_FILE_AND_JOB,
  },
  lostAnswers: {
    name: 'the answer to each create is lost once',
    vendors: ['openai', 'azure'],
    fault: { kind: 'reset', when: 'after' },
    acts: OF_ALL_THAT_IS_MADE,
  },
  noMetadata: {
    name: 'metadata is not kept',
    vendors: ['azure'],
    settings: { keepsMetadata: false },
    acts: OF_JOB,
  },
  noMetadataLongLag: {
    name: 'metadata is not kept, and lists miss what is new for long',
    vendors: ['azure'],
    settings: { keepsMetadata: false },
    acts: OF_JOB,
    fault: { kind: 'list-lag', milliseconds: LONG_LAG_MS, times: 9 },
  },
} as const satisfies Readonly<Record<string, Condition>>
