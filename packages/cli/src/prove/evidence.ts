import { type Catalogue, findModel, findOffering } from '@anytune/catalogue'
import type { JobStatus, Method, Plan } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'
import { ownActions } from '../with-commands.ts'
import type { SeenBody } from './body.ts'
import type { Result } from './ledger.ts'
import type { Extent } from './life.ts'
import { apiVersion, hostTemplate, isVendorHost, pathTemplate } from './names.ts'
import { createScrubber, type Scrubber } from './scrubber.ts'
import { mergeSeen, shapeOf, type Shape } from './shape.ts'
import type { Exchange } from './tap.ts'

/** The form of a body: its media type and, where it could be looked into, the types of what it holds. */
export interface BodyEvidence {
  readonly type: string
  readonly shape?: Shape
  /** Of a form: its parts, `file` or `string`. */
  readonly parts?: Readonly<Record<string, string>>
}

/** Requests that were alike, and their answers. */
export interface ExchangeEvidence {
  readonly method: string
  /** `loopback`, the public part of a vendor's host, or `{host}`. */
  readonly host: string
  readonly path: string
  /** Names of the query's parameters. */
  readonly query: readonly string[]
  readonly apiVersion?: string
  readonly request?: BodyEvidence
  /** HTTP status; absent when no answer came. */
  readonly status?: number
  readonly response?: BodyEvidence
  readonly times: number
}

export type OperationEvidence = Result & { readonly exchanges: readonly ExchangeEvidence[] }

/**
 * What a proof saw, so that it can be published: types, names of the API and dates. No value of the account is in it:
 * no key, id, name, host of its own, or content.
 */
export interface Evidence {
  readonly kind: 'anytune-evidence'
  readonly version: 1
  /** True when it was not a provider's own service that answered: then it proves nothing of it. */
  readonly rehearsal: boolean
  readonly provider: string
  /** Id of the offering, or `{offering}` for one that is not in the catalogue, because its id may name a host. */
  readonly offering: string
  /** `{model}` for one that is not in the catalogue. */
  readonly baseModel: string
  readonly method: Method
  readonly extent: Extent
  readonly outcome: 'completed' | 'failed' | 'interrupted'
  /** `YYYY-MM-DD`. */
  readonly on: string
  readonly versions: Versions
  /** Statuses of the job, in our words, in their order. */
  readonly jobStatuses: readonly JobStatus[]
  readonly operations: Readonly<Record<string, OperationEvidence>>
  /** Requests that did not go through `fetch`, such as those for a login: nothing of them is here. */
  readonly requestsBesides: number
}

export interface Versions {
  readonly anytune: string
  readonly node: string
  readonly adapter?: { readonly name: string; readonly version: string }
  /** What the vendor's SDK says of itself, such as `openai 7.57.0`. */
  readonly sdk?: string
}

/** Everything that evidence is made of. */
export interface Observed {
  readonly plan: Plan
  readonly catalogue: Catalogue
  readonly extent: Extent
  readonly outcome: Evidence['outcome']
  readonly at: Date
  readonly versions: Omit<Versions, 'sdk'>
  readonly jobStatuses: readonly JobStatus[]
  readonly results: ReadonlyMap<string, Result>
  readonly exchanges: readonly Exchange[]
  readonly besides: number
  /** Texts that may not be told wherever they stand, such as keys of the environment. */
  readonly secrets: readonly string[]
}

/** Writes down what was seen. */
export function evidenceOf(observed: Observed): Evidence {
  const { plan, catalogue, exchanges, results } = observed
  const scrubber = createScrubber(exchanges, observed.secrets)
  const hosts = exchanges.map(({ url }) => hostTemplate(url.hostname))
  const offering = findOffering(catalogue, plan.offering.id)
  const sdk = sdkOf(exchanges)
  const names = new Set([...results.keys(), ...exchanges.map(({ operation }) => operation)])
  return {
    kind: 'anytune-evidence',
    version: 1,
    rehearsal: !hosts.some(isVendorHost) || hosts.includes('loopback'),
    provider: plan.provider,
    offering: offering?.id ?? '{offering}',
    baseModel: (offering && findModel(offering, plan.baseModel)?.id) ?? '{model}',
    method: plan.method,
    extent: observed.extent,
    outcome: observed.outcome,
    on: observed.at.toISOString().slice(0, 10),
    versions: { ...observed.versions, ...(sdk !== undefined && { sdk }) },
    jobStatuses: observed.jobStatuses,
    operations: Object.fromEntries([...names].map((name) => [name, operationOf(name, observed, scrubber)])),
    requestsBesides: observed.besides,
  }
}

function operationOf(name: string, { results, exchanges }: Observed, scrubber: Scrubber): OperationEvidence {
  const alike = new Map<string, Exchange[]>()
  for (const exchange of exchanges.filter(({ operation }) => operation === name)) {
    const { method, url, answer } = exchange
    const key = [method, hostTemplate(url.hostname), pathTemplate(url.pathname), answer?.status].join(' ')
    alike.set(key, [...(alike.get(key) ?? []), exchange])
  }
  const result: Result = results.get(name) ?? { result: 'skipped', reason: 'no result was written down' }
  return { ...result, exchanges: [...alike.values()].map((group) => exchangeOf(group, scrubber)) }
}

function exchangeOf(group: readonly Exchange[], scrubber: Scrubber): ExchangeEvidence {
  const [first] = group
  if (first === undefined) throw new Error('a group of exchanges has at least one')
  const { method, url, answer } = first
  const version = apiVersion(url.searchParams.get('api-version')) ?? apiVersion(answer?.headers.get('openai-version'))
  const request = bodyOf(
    group.map(({ request }) => request),
    scrubber,
  )
  const response = bodyOf(
    group.flatMap(({ answer }) => (answer === undefined ? [] : [answer.body])),
    scrubber,
  )
  const query = group.flatMap(({ url }) => [...url.searchParams.keys()].map((name) => scrubber.queryName(name)))
  return {
    method: /^[A-Z]{3,7}$/.test(method) ? method : 'OTHER',
    host: hostTemplate(url.hostname),
    path: pathTemplate(url.pathname),
    query: [...new Set(query)].toSorted(),
    ...(version !== undefined && { apiVersion: version }),
    ...(request !== undefined && { request }),
    ...(answer !== undefined && { status: answer.status }),
    ...(response !== undefined && { response }),
    times: group.length,
  }
}

/** Bodies of alike exchanges as one; undefined when none had any. */
function bodyOf(bodies: readonly SeenBody[], scrubber: Scrubber): BodyEvidence | undefined {
  const present = bodies.filter((body) => body.kind !== 'none')
  const [first] = present
  if (first === undefined) return undefined
  const { type } = first
  const parts = present.flatMap((body) => (body.kind === 'form' ? Object.entries(body.parts) : []))
  if (parts.length > 0) return { type, parts: Object.fromEntries(parts.map(([name, of]) => [scrubber.name(name), of])) }
  const seen = present.flatMap((body) => (body.kind === 'json' || body.kind === 'events' ? [body.seen] : []))
  if (seen.length === 0) return { type }
  return { type, shape: shapeOf(seen.reduce(mergeSeen), scrubber.name) }
}

/** What the vendors' SDKs call themselves in their requests. */
const SDK = /^(?:Azure)?OpenAI\/JS (\d{1,3}\.\d{1,3}\.\d{1,3})$/

function sdkOf(exchanges: readonly Exchange[]): string | undefined {
  for (const { requestHeaders } of exchanges) {
    const version = SDK.exec(requestHeaders.get('user-agent') ?? '')?.[1]
    if (version !== undefined) return `openai ${version}`
  }
  return undefined
}

/** Reads an evidence file. @throws AnytuneError `invalid-argument` when it is none. */
export function parseEvidence(text: string): Evidence {
  let evidence: Evidence | undefined
  try {
    // `kind` and `version` say whether it is one.
    evidence = JSON.parse(text) as Evidence
  } catch {
    evidence = undefined
  }
  if (evidence?.kind === 'anytune-evidence' && evidence.version === 1) return evidence
  throw new AnytuneError('invalid-argument', 'this is not evidence that this version reads', {
    hint: 'give a file that a proof has written',
    next: ownActions({ do: 'prove' }),
  })
}

/** The operations that an evidence file proves: they passed, and it was the provider's own service that answered each time. */
export function provenBy({ rehearsal, operations }: Evidence): readonly string[] {
  if (rehearsal) return []
  return Object.entries(operations)
    .filter(([, { result, exchanges }]) => result === 'passed' && exchanges.length > 0)
    .filter(([, { exchanges }]) => exchanges.every(({ host, status }) => isVendorHost(host) && status !== undefined))
    .map(([name]) => name)
}
