import { describe, expect, it } from 'vitest'
import {
  catalogue,
  type DataClass,
  defineCatalogue,
  findOffering,
  isWithin,
  type TermName,
  termsUnder,
} from '../src/index.ts'

const EVIDENCE = { source: { title: 'our agreement', readOn: '2026-11-20' }, grade: 'contract' } as const

function found(id: string, settings: readonly string[] = []) {
  const offering = findOffering(catalogue, id)
  if (offering === undefined) throw new Error(`there is no offering ${id}`)
  return (dataClass: DataClass, term: TermName) =>
    termsUnder(offering, settings).find((record) => record.dataClass === dataClass && record.term === term)
}

type Said = readonly [id: string, dataClass: DataClass, term: TermName, value: unknown]

/** Copied by hand from what was read on the vendors' pages. */
const SAID: readonly Said[] = [
  ['openai/api.openai.com/train', 'training-file', 'processing-location', 'any'],
  ['openai/api.openai.com/train', 'training-file', 'zero-retention', 'not-covered'],
  ['openai/api.openai.com/serve', 'prompt-cache', 'retention', 1],
  ['openai/api.openai.com/serve', 'abuse-log', 'retention', 30],
  ['azure/train/Standard', 'tuned-model', 'storage-location', 'resource-geography'],
  ['azure/train/GlobalStandard', 'training-file', 'processing-location', 'any'],
  ['azure/train/DataZone', 'training-file', 'processing-location', 'us'],
  ['bedrock/us-east-1/train', 'training-file', 'retention', 0],
  ['bedrock/us-west-2/train', 'training-file', 'processing-location', 'aws/us-west-2'],
  ['bedrock/us-east-1/train', 'tuned-model', 'customer-keys', 'optional'],
  ['bedrock/us-east-1/serve', 'inference', 'retention', 'unknown'],
  ['bedrock/us-east-1/serve', 'inference', 'training-use', 'unknown'],
  ['vertex/europe-west4/train', 'training-file', 'storage-location', 'google/europe-west4'],
  ['vertex/europe-west4/train', 'training-file', 'processing-location', 'us-or-eu-regions'],
  ['vertex/europe-west4/train', 'training-file', 'customer-keys', 'no'],
  ['vertex/eu/serve', 'prompt-cache', 'retention', 1],
  ['vertex/eu/serve', 'inference', 'processing-location', 'google/eu'],
  ['vertex/global/serve', 'inference', 'processing-location', 'any'],
  ['watsonx/saas/train', 'training-file', 'training-use', 'no'],
  ['nemo/self-hosted/train', 'usage-data', 'telemetry', 'opt-out'],
  ['local', 'usage-data', 'telemetry', 'none'],
]

describe('the terms on record', () => {
  it.each(SAID)('%s: of the %s, %s is %s', (id, dataClass, term, value) => {
    expect(found(id)(dataClass, term)?.value).toBe(value)
  })

  it('do not say that tuning by Vertex AI stays in the EU, though it is asked for there', () => {
    const said = found('vertex/europe-west4/train')('training-file', 'processing-location')
    expect(said?.term === 'processing-location' && said.value !== 'unknown' && isWithin(said.value, ['eu'])).toBe('no')
  })
})

describe('terms under the settings of an account', () => {
  it('are those on record where nothing is set', () => {
    const offering = findOffering(catalogue, 'openai/api.openai.com/serve')
    expect(offering && termsUnder(offering, [])).toEqual(offering?.terms)
  })

  it('put what was agreed in the place of the usual, and name the setting', () => {
    const under = found('openai/api.openai.com/serve', ['openai/modified-abuse-monitoring'])
    expect(under('abuse-log', 'retention')).toMatchObject({ value: 0, setting: 'openai/modified-abuse-monitoring' })
    expect(under('abuse-log', 'human-review')).toMatchObject({ value: 'no' })
    expect(under('inference', 'training-use')).not.toHaveProperty('setting')
  })

  it('leave what no agreement reaches as it is: files that are trained on are kept until they are deleted', () => {
    const under = found('openai/api.openai.com/train', ['openai/zero-retention'])
    expect(under('training-file', 'retention')?.value).toBe('until-deleted')
    expect(under('training-file', 'zero-retention')?.value).toBe('not-covered')
    expect(under('abuse-log', 'retention')?.value).toBe('unknown')
  })

  it('come from the mode of the account at Amazon Bedrock', () => {
    expect(found('bedrock/us-east-1/serve', ['bedrock/retention-none'])('abuse-log', 'human-review')?.value).toBe('no')
    expect(found('bedrock/us-east-1/serve', ['bedrock/retention-aws-review'])('abuse-log', 'retention')?.value).toBe(30)
  })

  it('are not changed by a setting of nobody', () => {
    expect(found('vertex/eu/serve', ['vertex/none-such'])('prompt-cache', 'retention')?.value).toBe(1)
  })
})

describe('a term of one’s own', () => {
  it.each(['europe', 'uk', 30])('that says a location as %s is refused', (value) => {
    const term = { dataClass: 'training-file', term: 'storage-location', value, ...EVIDENCE }
    expect(() => defineCatalogue([{ id: 'house/train', terms: [term as never] }])).toThrow(/no place such as/)
  })

  it('may name a region that opened after this was written', () => {
    const term = {
      dataClass: 'training-file',
      term: 'storage-location',
      value: 'azure/denmarkeast',
      ...EVIDENCE,
    } as const
    expect(defineCatalogue([{ id: 'house/train', terms: [term] }]).offerings[0]?.terms).toEqual([term])
  })
})
