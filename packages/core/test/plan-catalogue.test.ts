import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Catalogue, defineCatalogue, type Evidence, type OfferingAmendment } from '@anytune/catalogue'
import { afterAll, describe, expect, it } from 'vitest'
import { createTuner, memoryJournal, type Plan } from '../src/index.ts'
import { memory, type MemoryDriver } from '../src/memory.ts'
import { chatFile, chatRow, temporaryFolder } from './support-rows.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))

const NOW = new Date('2026-11-25T12:00:00Z')
const PAGE = { source: { title: 'a page of the vendor', readOn: '2026-11-20' }, grade: 'vendor-page' } as const
const RUMOUR = { source: { title: 'a blog', pageDate: '2026-11', readOn: '2026-11-20' }, grade: 'third-party' } as const
const OLD = { source: { title: 'a page', pageDate: '2026-01-10', readOn: '2026-11-20' }, grade: 'vendor-page' } as const
const TRAIN = 'cloud/train'
const SERVE = 'cloud/serve'
/** Twelve rows: `{"role":"user","content":"question 0"}` and so on. */
const training = chatFile(folder, 'train.jsonl')
const REQUEST = { baseModel: 'memory-small', method: 'supervised', training } as const

/** The in-memory driver, as if it were a vendor far away: what is on record of its offerings applies. */
function remote(): MemoryDriver {
  const driver = memory()
  return Object.assign(driver, {
    offering: ({ operation }: { readonly operation: string }) => ({
      id: `cloud/${operation}`,
      title: `Cloud, ${operation}`,
      egress: 'provider' as const,
    }),
  })
}

function tunerWith(records: readonly OfferingAmendment[], now = NOW, driver = remote()) {
  const catalogue: Catalogue = defineCatalogue(records)
  return createTuner(driver, { journal: memoryJournal(), catalogue, now: () => now })
}

function planWith(records: readonly OfferingAmendment[], request: object = {}, now = NOW): Promise<Plan> {
  return tunerWith(records, now).plan({ ...REQUEST, ...request })
}

function warned({ warnings }: Plan, id: string): readonly string[] {
  return warnings.filter((warning) => warning.id === id).map(({ message }) => message)
}

const PRICE = { item: 'training', amount: 25, currency: 'USD', per: 'million-tokens', ...PAGE } as const

describe('what a plan says of cost', () => {
  it('is unknown, never zero, where nothing is on record', async () => {
    const plan = await planWith([])
    expect(plan.cost).toMatchObject({ kind: 'unknown', reason: expect.stringContaining(TRAIN) as string })
    expect(JSON.stringify(plan.cost)).not.toMatch(/"(low|high|amount)":0/)
    expect(plan.terms).toBe('unknown')
    expect(plan.servableUntil).toBe('unknown')
  })

  it('bounds training by the text of the rows and by the bytes sent, times epochs, with how and by whom it is known', async () => {
    const plan = await planWith([{ id: TRAIN, prices: [PRICE] }], { hyperparameters: { epochs: 3 } })
    // 12 questions and 12 answers: 10 × "question n" (10) + 2 × 11, 10 × "answer n" (8) + 2 × 9.
    const characters = 10 * 10 + 2 * 11 + 10 * 8 + 2 * 9
    const [{ encoded } = { encoded: { bytes: 0 } }] = plan.datasets
    const low = Math.floor(((characters / 6) * 25 * 3) / 100) / 10_000
    const high = Math.ceil((encoded.bytes * 25 * 3) / 100) / 10_000
    expect(plan.cost).toMatchObject({ kind: 'estimate', low, high, currency: 'USD', per: 'run' })
    expect(plan.cost).toMatchObject({
      lines: [
        {
          item: 'training',
          low,
          high,
          evidence: { grade: 'vendor-page', ageDays: 5, age: 'fresh', source: PAGE.source },
        },
        { item: 'storage', unknown: 'no price of storage is on record' },
        { item: 'hosting', unknown: `no price is on record for ${SERVE}` },
        { item: 'input' },
        { item: 'cached-input' },
        { item: 'output' },
      ],
      assumptions: expect.arrayContaining([
        expect.stringContaining('cannot be counted here: these are bounds'),
      ]) as string[],
    })
  })

  it('is for one epoch when how many is left to the provider, and says so', async () => {
    const cost = async (hyperparameters: object) =>
      (await planWith([{ id: TRAIN, prices: [PRICE] }], { hyperparameters })).cost
    const [left, one] = [await cost({}), await cost({ epochs: 1 })]
    expect(left).toMatchObject({ kind: 'estimate', per: 'epoch', high: 'high' in one ? one.high : undefined })
    expect(left).toMatchObject({
      assumptions: expect.arrayContaining([expect.stringMatching(/epochs.*not known/)]) as string[],
    })
  })

  it('counts calls of tools, both answers of a preference, and no definition of a tool', async () => {
    const row = {
      input: { messages: [{ role: 'user', content: 'abcd' }] },
      preferred_output: [{ role: 'assistant', content: 'efgh' }],
      non_preferred_output: [{ role: 'assistant', content: 'ij' }],
    }
    const preference = join(folder, 'preference.jsonl')
    writeFileSync(preference, `${JSON.stringify(row)}\n`)
    const call = { id: 'call-1', type: 'function', function: { name: 'find', arguments: '{}' } }
    const tools = join(folder, 'tools.jsonl')
    writeFileSync(
      tools,
      `${JSON.stringify({
        messages: [
          { role: 'user', content: 'find' },
          { role: 'assistant', tool_calls: [call] },
        ],
        tools: [{ type: 'function', function: { name: 'find', description: 'x'.repeat(600), parameters: {} } }],
      })}\n`,
    )
    const low = async (request: object) => {
      // Dear enough that a hundredth of a cent is nothing beside a character.
      const price = { ...PRICE, amount: 6_000_000 }
      const { cost } = await planWith([{ id: TRAIN, prices: [price] }], { ...request, hyperparameters: { epochs: 1 } })
      return 'low' in cost ? cost.low : undefined
    }
    expect(await low({ training: preference, method: 'preference' })).toBe(10)
    expect(await low({ training: tools })).toBe(10)
  })

  it('is unknown when rows hold images, which no count of text covers', async () => {
    const pictures = join(folder, 'pictures.jsonl')
    const image = { type: 'image_url', image_url: { url: 'https://example.org/a.png' } }
    const messages = [
      { role: 'user', content: [{ type: 'text', text: 'what is this?' }, image] },
      { role: 'assistant', content: 'a cat' },
    ]
    writeFileSync(pictures, `${JSON.stringify({ messages })}\n`)
    const plan = await planWith([{ id: TRAIN, prices: [PRICE] }], { training: pictures })
    expect(plan.cost).toMatchObject({ kind: 'unknown', reason: expect.stringContaining('images') as string })
  })

  it('is unknown when training is charged by the hour, with the price an hour', async () => {
    const { cost } = await planWith([{ id: TRAIN, prices: [{ ...PRICE, amount: 100, per: 'hour' }] }])
    expect(cost).toMatchObject({ kind: 'unknown', reason: expect.stringContaining('100 USD') as string })
  })

  it('is nothing where nothing is the price on record', async () => {
    const { cost } = await planWith([{ id: TRAIN, prices: [{ ...PRICE, amount: 0, per: 'hour' }] }])
    expect(cost).toMatchObject({ kind: 'estimate', low: 0, high: 0, per: 'run' })
  })

  it('tells what the result costs an hour and a million tokens, and guesses no use of it', async () => {
    const serving = (item: 'hosting' | 'output', amount: number, per: 'hour' | 'million-tokens') =>
      ({ ...PAGE, item, amount, currency: 'USD', per }) as const
    const { cost } = await planWith([
      { id: SERVE, prices: [serving('hosting', 1.7, 'hour'), serving('output', 12, 'million-tokens')] },
    ])
    expect(cost).toMatchObject({
      kind: 'unknown',
      lines: [
        { item: 'training', unknown: expect.any(String) as string },
        { item: 'storage', unknown: expect.any(String) as string },
        { item: 'hosting', per: 'hour', low: 1.7, high: 1.7 },
        { item: 'input', unknown: expect.any(String) as string },
        { item: 'cached-input', unknown: expect.any(String) as string },
        { item: 'output', per: 'million-tokens', low: 12, high: 12 },
      ],
    })
  })

  it('is unknown when the price is too old', async () => {
    const { cost } = await planWith([{ id: TRAIN, prices: [{ ...PRICE, ...OLD }] }])
    expect(cost).toMatchObject({ kind: 'unknown', reason: expect.stringContaining('too old') as string })
  })
})

describe('a door on record', () => {
  const closing = [
    { id: TRAIN, closures: [{ id: 'all', closedFrom: '2027-01-06', appliesTo: { everybody: true }, ...PAGE }] },
  ] as const

  it('that will close is a warning with the days left', async () => {
    const plan = await planWith(closing)
    expect(warned(plan, 'closes-to-new-jobs')).toEqual([
      'Cloud, train takes no new jobs from 2027-01-06 on: 42 days left (by the provider’s page, 2026-11-20)',
    ])
  })

  it('closes with the first instant of that day', async () => {
    await expect(planWith(closing, {}, new Date('2027-01-05T23:59:59.999Z'))).resolves.toMatchObject({ version: 1 })
    await expect(planWith(closing, {}, new Date('2027-01-06T00:00:00Z'))).rejects.toMatchObject({
      code: 'closed-to-new-jobs',
      data: { rule: 'closed-to-new-jobs', closedFrom: '2027-01-06', evidence: { grade: 'vendor-page' } },
    })
  })

  it('that is shut refuses before the data is read or the provider asked', async () => {
    const driver = remote()
    const tuner = tunerWith(closing, new Date('2027-02-01'), driver)
    const request = { ...REQUEST, training: join(folder, 'there-is-none.jsonl') }
    await expect(tuner.plan(request)).rejects.toMatchObject({ code: 'closed-to-new-jobs' })
    expect(driver.calls).toEqual([])
  })

  it('that is shut is a warning when the request allows it, and the plan keeps that', async () => {
    const plan = await planWith(closing, { allow: ['closed-to-new-jobs'] }, new Date('2027-02-01'))
    expect(plan.allow).toEqual(['closed-to-new-jobs'])
    expect(warned(plan, 'closed-to-new-jobs')).toEqual([expect.stringContaining('allowed by the request')])
  })

  it('that is shut by a record too old to refuse by is a warning', async () => {
    const plan = await planWith(closing, {}, new Date('2027-06-01'))
    expect(warned(plan, 'closed-to-new-jobs')).toEqual([expect.stringContaining('too old a record to refuse by')])
    expect(warned(plan, 'records-too-old')).toHaveLength(1)
  })

  it('that closed since the plan was made refuses the start, before anything is sent', async () => {
    const clock = { now: NOW }
    const driver = remote()
    const catalogue = defineCatalogue(closing)
    const tuner = createTuner(driver, { journal: memoryJournal(), catalogue, now: () => clock.now })
    const plan = await tuner.plan(REQUEST)
    clock.now = new Date('2027-01-06')
    const before = driver.calls.length
    await expect(tuner.start(plan)).rejects.toMatchObject({ code: 'closed-to-new-jobs' })
    expect(driver.calls).toHaveLength(before)
  })

  it('that is shut for some only is a warning that says for whom', async () => {
    const records = [
      { id: TRAIN, closures: [{ id: 'new', closedFrom: '2026-05-07', appliesTo: { only: 'new customers' }, ...PAGE }] },
    ]
    expect(warned(await planWith(records), 'closed-to-some')).toEqual([
      'Cloud, train takes no new jobs since 2026-05-07 from new customers (by the provider’s page, 2026-11-20)',
    ])
  })
})

describe('the life of a model on record', () => {
  const ends = (which: object) => [{ id: TRAIN, models: [{ id: 'memory-small', ...which }] }]
  const on = (date: string) => ({ date, certainty: 'on', ...RUMOUR }) as const
  const notBefore = (date: string) => ({ date, certainty: 'not-before', ...PAGE }) as const

  it('refuses training on a base model that was shut down for it', async () => {
    await expect(planWith(ends({ trainableUntil: on('2026-10-23') }))).rejects.toMatchObject({
      code: 'closed-to-new-jobs',
      message: expect.stringContaining('training on memory-small') as string,
    })
    await expect(planWith(ends({ trainableUntil: on('2026-12-24') }))).resolves.toMatchObject({ version: 1 })
  })

  it('refuses nothing by a date of which the vendor says only that it is not earlier', async () => {
    const plan = await planWith(ends({ trainableUntil: notBefore('2026-10-01') }))
    expect(warned(plan, 'training-ends')).toEqual([expect.stringMatching(/not before 2026-10-01: that day has come/)])
  })

  it('says until when the result answers, and by whom that is known', async () => {
    const plan = await planWith(ends({ tunedServedUntil: on('2027-01-14') }))
    expect(plan.servableUntil).toBe('2027-01-14')
    expect(warned(plan, 'serving-ends')).toEqual([
      'models tuned from memory-small stop answering on 2027-01-14: 50 days left (by third parties alone, 2026-11)',
    ])
    expect(plan.warnings.find(({ id }) => id === 'serving-ends')?.evidence).toMatchObject({ grade: 'third-party' })
  })

  it('gives no date where there is only one before which it does not end', async () => {
    const plan = await planWith(ends({ tunedServedUntil: notBefore('2027-10-14') }))
    expect(plan.servableUntil).toBe('unknown: not before 2027-10-14')
  })

  it('warns of what the provider deletes by itself', async () => {
    const lifetime = (id: string, afterHours: number, counted: 'from-creation' | 'without-use') =>
      ({ id, thing: 'deployment', afterHours, counted, ...PAGE }) as const
    const plan = await planWith([
      { id: SERVE, lifetimes: [lifetime('trial', 24, 'from-creation'), lifetime('unused', 360, 'without-use')] },
    ])
    expect(warned(plan, 'trial')).toEqual([expect.stringContaining('deletes a deployment 24 hours after it was made')])
    expect(warned(plan, 'unused')).toEqual([expect.stringContaining('deletes a deployment after 15 days without use')])
  })
})

describe('a dataset against the rules on record', () => {
  const minimum = (limit: number, evidence: Evidence = PAGE): readonly OfferingAmendment[] => [
    { id: TRAIN, rules: [{ id: 'minimum-examples', limit, unit: 'examples', ...evidence }] },
  ]

  it('passes with as many examples as are needed', async () => {
    await expect(planWith(minimum(12))).resolves.toMatchObject({ warnings: [] })
  })

  it('is refused with fewer, by rule and counts, before the provider is asked', async () => {
    const driver = remote()
    await expect(tunerWith(minimum(13), NOW, driver).plan(REQUEST)).rejects.toMatchObject({
      code: 'dataset-invalid',
      data: { rule: 'minimum-examples', role: 'training', found: 12, limit: 13, unit: 'examples' },
    })
    expect(driver.calls).toEqual([])
  })

  it('is counted as it would be sent: rows left out do not count', async () => {
    const mixed = join(folder, 'mixed.jsonl')
    writeFileSync(mixed, [chatRow('a', 'b'), '{"messages": 1}', chatRow('c', 'd')].join('\n'))
    await expect(planWith(minimum(3), { training: mixed, skipRejected: true })).rejects.toMatchObject({
      data: { found: 2, limit: 3 },
    })
  })

  it('may be smaller for validation', async () => {
    const validation = chatFile(folder, 'validation.jsonl', 2)
    await expect(planWith(minimum(12), { validation })).resolves.toMatchObject({ version: 1 })
  })

  it('is refused when it is larger than a file may be', async () => {
    const records = (limit: number) => [
      { id: TRAIN, rules: [{ id: 'maximum-file-bytes', limit, unit: 'bytes' as const, ...PAGE }] },
    ]
    const [{ encoded } = { encoded: { bytes: 0 } }] = (await planWith([])).datasets
    await expect(planWith(records(encoded.bytes))).resolves.toMatchObject({ version: 1 })
    await expect(planWith(records(encoded.bytes - 1))).rejects.toMatchObject({ data: { rule: 'maximum-file-bytes' } })
  })

  it('passes with a warning when the rule is allowed, or its record too old', async () => {
    const allowed = await planWith(minimum(13), { allow: ['minimum-examples'] })
    expect(warned(allowed, 'minimum-examples')).toEqual([expect.stringContaining('has 12 examples, and 13 are needed')])
    expect(warned(await planWith(minimum(13, OLD)), 'minimum-examples')).toHaveLength(1)
  })

  it('takes no other name to allow', async () => {
    await expect(planWith([], { allow: ['everything'] })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('closed-to-new-jobs, minimum-examples') as string,
    })
  })
})

describe('the records that an adapter brings', () => {
  const driver = Object.assign(remote(), { catalogue: [{ id: TRAIN, prices: [PRICE] }] })
  const price = async (catalogue: Catalogue) => {
    const tuner = createTuner(driver, { journal: memoryJournal(), catalogue, now: () => NOW })
    const { cost } = await tuner.plan(REQUEST)
    return cost
  }

  it('apply where the catalogue has nothing', async () => {
    expect(await price(defineCatalogue([{ id: TRAIN, title: 'Cloud' }]))).toMatchObject({ kind: 'estimate' })
  })

  it('give way where it has', async () => {
    const hourly = { ...PRICE, per: 'hour' } as const
    expect(await price(defineCatalogue([{ id: TRAIN, prices: [hourly] }]))).toMatchObject({ kind: 'unknown' })
  })
})

describe('the terms of a plan', () => {
  const term = (value: 'until-deleted' | number, evidence: Evidence) =>
    ({ dataClass: 'training-file', term: 'retention', value, ...evidence }) as const

  it('are those on record, with where they were read', async () => {
    const records = [{ id: TRAIN, terms: [term('until-deleted', PAGE)] }]
    expect((await planWith(records)).terms).toMatchObject([
      { offering: TRAIN, dataClass: 'training-file', term: 'retention', value: 'until-deleted', evidence: PAGE },
    ])
  })

  it('are unknown when they are too old, with what they once said', async () => {
    const records = [{ id: TRAIN, terms: [term(30, OLD)] }]
    const plan = await planWith(records)
    expect(plan.terms).toMatchObject([{ value: 'unknown', once: 30, evidence: { age: 'too-old' } }])
    expect(warned(plan, 'records-too-old')).toHaveLength(1)
  })

  it('do not apply where nothing leaves, and no record is looked for', async () => {
    const catalogue = defineCatalogue([{ id: 'memory', prices: [PRICE] }])
    const tuner = createTuner(memory(), { journal: memoryJournal(), catalogue, now: () => NOW })
    expect(await tuner.plan(REQUEST)).toMatchObject({ terms: 'not-applicable', cost: { kind: 'none' }, warnings: [] })
  })
})

describe('tokens that can be counted', () => {
  const ENCODED = { encodings: [{ encoding: 'o200k_base', ...PAGE }] } as const
  /** Its text is two times six tokens and one, as OpenAI documents them; marks of its two messages are 2 × (3 + 1) + 3. */
  const counted = join(folder, 'counted.jsonl')
  writeFileSync(counted, `${chatRow('tiktoken is great!', 'a')}\n${chatRow('tiktoken is great!', 'b')}\n`)
  const dear = { ...PRICE, amount: 1_000_000 }

  it('take the place of bounds by bytes: text at least, marks around messages besides at most', async () => {
    const { cost, datasets } = await planWith([{ id: TRAIN, prices: [dear], ...ENCODED }], {
      training: counted,
      hyperparameters: { epochs: 3 },
    })
    expect(cost).toMatchObject({ kind: 'estimate', low: 2 * 7 * 3, high: 2 * (7 + 11) * 3, per: 'run' })
    expect(cost).toMatchObject({
      assumptions: expect.arrayContaining(['14 tokens of text, counted in o200k_base']) as string[],
    })
    expect(datasets).toMatchObject([{ tokens: { method: { kind: 'exact' }, total: 36, unsure: 22, max: 18 } }])
  })

  it('are charged by the thousand where the vendor states it so', async () => {
    const thousand = { ...PRICE, amount: 0.008, per: 'thousand-tokens' } as const
    // The public price of 2023: 0.008 dollars a thousand tokens.
    const { cost } = await planWith([{ id: TRAIN, prices: [thousand], ...ENCODED }], {
      training: counted,
      hyperparameters: { epochs: 50 },
    })
    expect(cost).toMatchObject({ low: 0.0056, high: 0.0144, currency: 'USD' })
  })

  it('are not counted where nothing depends on them', async () => {
    const { datasets } = await planWith([{ id: TRAIN, ...ENCODED }], { training: counted })
    expect(datasets[0]).not.toHaveProperty('tokens')
  })

  it('beyond what a vendor trains on are told, with the lines, and not charged', async () => {
    const limit = {
      id: 'maximum-example-tokens',
      limit: 16,
      unit: 'tokens',
      severity: 'warning',
      ...PAGE,
    } as const
    const plan = await planWith([{ id: TRAIN, prices: [dear], rules: [limit], ...ENCODED }], {
      training: counted,
      hyperparameters: { epochs: 1 },
    })
    expect(warned(plan, 'maximum-example-tokens')).toEqual([
      'the training dataset counted.jsonl has an example of 18 tokens, and 16 of an example are trained on: 2 examples are cut at its end, and 4 tokens are not learned, lines 1, 2 (by the provider’s page, 2026-11-20)',
    ])
    expect(plan.cost).toMatchObject({ low: 14, high: 32 })
  })
})

describe('a rule on record for rows', () => {
  const turns: OfferingAmendment = { id: TRAIN, rules: [{ id: 'alternating-turns', ...PAGE }] }
  const uneven = join(folder, 'uneven.jsonl')
  const twice = JSON.stringify({
    messages: [
      { role: 'user', content: 'a' },
      { role: 'user', content: 'b' },
      { role: 'assistant', content: 'c' },
    ],
  })
  writeFileSync(uneven, `${chatRow('a', 'b')}\n${twice}\n${chatRow('c', 'd')}\n`)

  it('rejects the rows that break it, by line, and says how to allow it', async () => {
    await expect(planWith([turns], { training: uneven })).rejects.toMatchObject({
      code: 'dataset-invalid',
      hint: expect.stringContaining('--allow alternating-turns') as string,
      data: { rejected: { count: 1, first: [{ line: 2, rule: 'alternating-turns', field: 'messages[1].role' }] } },
    })
  })

  it('leaves them out when asked to, and is kept in the plan', async () => {
    const plan = await planWith([turns], { training: uneven, skipRejected: true })
    expect(plan.datasets).toMatchObject([{ rejected: { count: 1 }, encoded: { rows: 2 } }])
    expect(plan.limits).toEqual([{ id: 'alternating-turns', severity: 'error' }])
  })

  it('is a warning when the request allows it, or its record is too old', async () => {
    const allowed = await planWith([turns], { training: uneven, allow: ['alternating-turns'] })
    expect(warned(allowed, 'alternating-turns')).toEqual([
      '1 row breaks the rule alternating-turns in the training dataset uneven.jsonl, line 2. After the system message, user and assistant take turns. (by the provider’s page, 2026-11-20)',
    ])
    expect(allowed).toMatchObject({ allow: ['alternating-turns'], datasets: [{ encoded: { rows: 3 } }] })
    expect(allowed).not.toHaveProperty('limits')
    const old = await planWith([{ id: TRAIN, rules: [{ id: 'alternating-turns', ...OLD }] }], { training: uneven })
    expect(warned(old, 'alternating-turns')).toHaveLength(1)
  })

  it('applies to the base models and methods that it names', async () => {
    const other = { id: TRAIN, rules: [{ id: 'alternating-turns', models: ['another'], ...PAGE }] }
    await expect(planWith([other], { training: uneven })).resolves.toMatchObject({ warnings: [] })
  })

  it('is applied again when the rows are staged, though the catalogue says something else by then', async () => {
    const driver = remote()
    const journal = memoryJournal()
    const options = { journal, now: () => NOW }
    const planner = createTuner(driver, { ...options, catalogue: defineCatalogue([turns]) })
    const plan = await planner.plan({ ...REQUEST, training: uneven, skipRejected: true })
    const starter = createTuner(driver, { ...options, catalogue: defineCatalogue([]) })
    const run = await starter.start(plan)
    expect(run.id).toEqual(expect.any(String))
    const [staged] = await Array.fromAsync(starter.datasets.list())
    expect(staged).toMatchObject({ bytes: plan.datasets[0]?.encoded.bytes })
  })
})
