import { createHash } from 'node:crypto'
import type { AuditedDataset, AuditedRun } from '@anytune/core'

/** A CycloneDX 1.6 document of the kind ML-BOM, as far as an audit fills it. */
export interface BillOfMaterials {
  readonly $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json'
  readonly bomFormat: 'CycloneDX'
  readonly specVersion: '1.6'
  readonly serialNumber: string
  readonly version: 1
  readonly metadata: { readonly tools: { readonly components: readonly Component[] } }
  readonly components: readonly Component[]
  readonly services: readonly Service[]
}

interface Property {
  readonly name: string
  readonly value: string
}

interface Component {
  readonly type: 'machine-learning-model' | 'data' | 'application'
  readonly 'bom-ref'?: string
  readonly name: string
  readonly version?: string
  readonly hashes?: readonly { readonly alg: 'SHA-256'; readonly content: string }[]
  readonly data?: readonly { readonly type: 'dataset'; readonly name: string; readonly classification?: string }[]
  readonly modelCard?: object
  readonly pedigree?: { readonly ancestors: readonly Component[] }
  readonly properties?: readonly Property[]
}

interface Service {
  readonly 'bom-ref': string
  readonly name: string
  readonly provider: { readonly name: string }
  readonly 'x-trust-boundary': boolean
  readonly data: readonly {
    readonly flow: 'outbound'
    readonly classification: string
    readonly name: string
  }[]
  readonly properties: readonly Property[]
}

/**
 * A bill of materials of the models that runs made: the base model as ancestor, the datasets by digest, and the offerings that were sent
 * them as services. Made again of the same runs it is the same, its serial number included.
 */
export function billOfMaterials(runs: readonly AuditedRun[], anytune: string): BillOfMaterials {
  const made = runs.filter((run) => modelOf(run) !== undefined)
  const components = made.flatMap((run) => [modelComponent(run), ...run.datasets.map((one) => dataComponent(run, one))])
  const services = made.map(serviceOf)
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: serialOf(JSON.stringify([components, services])),
    version: 1,
    metadata: { tools: { components: [{ type: 'application', name: 'anytune', version: anytune }] } },
    components,
    services,
  }
}

/** The model of a run; undefined where it made none, or where that was not seen. */
export function modelOf({ created }: AuditedRun): string | undefined {
  return created.find(({ kind }) => kind === 'model')?.id
}

function modelComponent(run: AuditedRun): Component {
  const approach = APPROACHES[run.method]
  return {
    type: 'machine-learning-model',
    'bom-ref': `model of ${run.run}`,
    name: modelOf(run) ?? run.run,
    modelCard: {
      modelParameters: {
        ...(approach !== undefined && { approach: { type: approach } }),
        datasets: run.datasets.map((dataset) => ({ ref: dataRef(run, dataset) })),
      },
    },
    pedigree: { ancestors: [{ type: 'machine-learning-model', name: run.baseModel }] },
    properties: properties({
      run: run.reference,
      profile: run.profile,
      method: run.method,
      'plan-sha256': run.plan.digest,
      policy: run.plan.policy.note,
      job: run.job.id,
      began: run.at,
      ended: run.job.ended?.at,
      deployment: run.deployments.map(({ id }) => id),
      receipt: run.purges.map(({ receipt }) => receipt && `sha256 ${receipt.digest}`),
    }),
  }
}

/** CycloneDX has no word for learning from preferences, or from a teacher: the method stands among the properties. */
const APPROACHES: Readonly<Record<string, string | undefined>> = {
  supervised: 'supervised',
  reinforcement: 'reinforcement-learning',
  'continued-pretraining': 'self-supervised',
}

function dataComponent(run: AuditedRun, dataset: AuditedDataset): Component {
  const { role, name, class: classification, sha256, rows, bytes, sent, id } = dataset
  return {
    type: 'data',
    'bom-ref': dataRef(run, dataset),
    name,
    hashes: [{ alg: 'SHA-256', content: sha256 }],
    data: [{ type: 'dataset', name, ...(classification !== undefined && { classification }) }],
    properties: properties({ role, rows: String(rows), bytes: String(bytes), sent, 'kept-as': id }),
  }
}

/** Whom data was sent to; of an offering that stays on this computer no boundary was crossed. */
function serviceOf(run: AuditedRun): Service {
  const { offering, provider, plan, scope } = run
  const sent = run.datasets.filter((dataset) => dataset.sent !== 'not-begun')
  return {
    'bom-ref': `service of ${run.run}`,
    name: offering.title,
    provider: { name: provider },
    'x-trust-boundary': offering.egress !== 'none',
    data: sent.map((dataset) => ({
      flow: 'outbound',
      classification: dataset.class ?? 'unknown',
      name: dataRef(run, dataset),
    })),
    properties: properties({
      offering: offering.id,
      account: scope,
      region: plan.verified?.region,
      setting: plan.verified?.settings,
    }),
  }
}

function dataRef({ run }: AuditedRun, { role }: AuditedDataset): string {
  return `${role} dataset of ${run}`
}

function properties(
  values: Readonly<Record<string, string | readonly (string | undefined)[] | undefined>>,
): readonly Property[] {
  return Object.entries(values).flatMap(([name, value]) =>
    [value].flat().flatMap((one) => (one === undefined ? [] : [{ name: `anytune:${name}`, value: one }])),
  )
}

/** A UUID of version 8 (RFC 9562), made of what the document says. */
function serialOf(content: string): string {
  const hex = createHash('sha256').update(content).digest('hex')
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16)
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ]
  return `urn:uuid:${parts.join('-')}`
}
