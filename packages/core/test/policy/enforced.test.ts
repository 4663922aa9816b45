import { rmSync } from 'node:fs'
import { defineCatalogue, type OfferingAmendment } from '@anytune/catalogue'
import { afterAll, describe, expect, it } from 'vitest'
import { createTuner, dataset, type Journal, memoryJournal, type Policy, type Tuner } from '../../src/index.ts'
import { memory, type MemoryDriver, memoryStore } from '../../src/memory.ts'
import { chatFile, temporaryFolder } from '../support-rows.ts'
import { NOW, PAGE, policy } from './facts.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))
const file = chatFile(folder, 'train.jsonl')
const REQUEST = {
  baseModel: 'memory-small',
  method: 'supervised',
  training: dataset(file, { class: 'internal' }),
} as const
const QUESTION = [{ role: 'user', content: 'question 3' }] as const

const STORED = { dataClass: 'training-file', term: 'storage-location', ...PAGE } as const
const RECORDS: readonly OfferingAmendment[] = [
  {
    id: 'cloud/train',
    operation: 'train',
    terms: [
      { ...STORED, value: 'any' },
      { dataClass: 'inference', term: 'training-use', value: 'no', ...PAGE },
    ],
  },
  {
    id: 'cloud/serve',
    operation: 'serve',
    terms: [{ dataClass: 'inference', term: 'training-use', value: 'no', ...PAGE }],
  },
  { id: 'cloud/eu/train', operation: 'train', title: 'Cloud, EU', terms: [{ ...STORED, value: 'eu' }] },
  { id: 'other/train', operation: 'train', terms: [{ ...STORED, value: 'us' }] },
]

const PERMITS = policy({ offerings: { allow: ['cloud'] } })
const FORBIDS = policy({ offerings: { allow: ['nowhere'] } })
const IN_EU = policy({ require: { 'training-file': { 'storage-location': ['eu'] } } })

/** A vendor in memory that takes data away from this computer. */
function cloud(store = memoryStore()): MemoryDriver {
  const driver = memory({ store })
  const { deployments } = driver
  const offering = ({ operation }: { readonly operation: string }) => ({
    id: `cloud/${operation}`,
    title: `Cloud, ${operation}`,
    egress: 'provider' as const,
  })
  return Object.assign(driver, {
    offering,
    deployments: {
      ...deployments,
      get: async (...asked: Parameters<typeof deployments.get>) => ({
        ...(await deployments.get(...asked)),
        offering: 'cloud/serve',
      }),
    },
  })
}

function open(
  driver: MemoryDriver,
  demanded: Policy | undefined,
  journal: Journal = memoryJournal(),
  now = NOW,
): Tuner {
  const catalogue = defineCatalogue(RECORDS)
  return createTuner(driver, { journal, catalogue, now: () => now, ...(demanded && { policy: demanded }) })
}

/** Calls that make or send something. */
function writes(driver: MemoryDriver): readonly string[] {
  return driver.calls.map(({ operation }) => operation).filter((name) => /create|chat/.test(name))
}

describe('a plan', () => {
  it('says so where there is no policy', async () => {
    const plan = await open(cloud(), undefined).plan(REQUEST)
    expect(plan.policy).toEqual({ configured: false, verdict: 'permit', note: 'policy: none, not evaluated' })
  })

  it('carries the verdict, its reasons and the digest of the policy', async () => {
    const { policy: judged } = await open(cloud(), PERMITS).plan(REQUEST)
    expect(judged).toMatchObject({ configured: true, verdict: 'permit', name: 'acme', reasons: [{ rule: 'all' }] })
    expect(judged).toHaveProperty('digest', expect.stringMatching(/^[0-9a-f]{64}$/))
  })

  it('that is refused can be read, names what comes nearest, and is not started', async () => {
    const driver = cloud()
    const journal = memoryJournal()
    const tuner = open(driver, IN_EU, journal)
    const plan = await tuner.plan(REQUEST)
    expect(plan.policy).toMatchObject({
      verdict: 'refuse',
      note: 'policy acme: refuse, 1 of 1 requirement not met',
      nearest: [
        { offering: 'cloud/eu/train', verdict: 'permit', missing: [] },
        { offering: 'other/train', verdict: 'refuse' },
      ],
    })
    await expect(tuner.start(plan)).rejects.toMatchObject({
      code: 'policy-refused',
      message: expect.stringContaining('storage location: wanted within eu; found any'),
      data: { policy: { verdict: 'refuse' } },
    })
    expect(writes(driver)).toEqual([])
    expect(await journal.list()).toEqual([])
  })

  it('is judged by personal data that was found, without a word of it', async () => {
    const rows = chatFile(folder, 'personal.jsonl')
    const { appendFileSync } = await import('node:fs')
    appendFileSync(
      rows,
      '{"messages":[{"role":"user","content":"I am jane.roe@example.org"},{"role":"assistant","content":"Hi"}]}\n',
    )
    const plan = await open(cloud(), policy({ personalData: 'refuse' })).plan({ ...REQUEST, training: rows })
    expect(plan.policy.verdict).toBe('refuse')
    expect(JSON.stringify(plan)).not.toContain('jane.roe')
  })
})

describe('start', () => {
  it('judges again: terms that grew too old since are unknown, and nothing is sent', async () => {
    const driver = cloud()
    const journal = memoryJournal()
    const demanded = policy({ require: { 'training-file': { 'storage-location': ['us', 'eu'] } } })
    const terms = [{ ...STORED, value: 'us' }] as const
    const catalogue = defineCatalogue([{ id: 'cloud/train', operation: 'train', terms }])
    const at = (now: Date) => createTuner(driver, { journal, catalogue, policy: demanded, now: () => now })
    const plan = await at(NOW).plan(REQUEST)
    expect(plan.policy.verdict).toBe('permit')
    await expect(at(new Date('2027-08-01')).start(plan)).rejects.toMatchObject({
      code: 'policy-refused',
      message: expect.stringContaining('too old to count'),
    })
    expect(writes(driver)).toEqual([])
  })

  it.each([
    ['another policy', PERMITS, policy({ offerings: { allow: ['cloud/train'] } })],
    ['no policy', undefined, PERMITS],
    ['a policy, and there is none now', PERMITS, undefined],
  ])('refuses a plan that was made under %s', async (_name, before, after) => {
    const driver = cloud()
    const plan = await open(driver, before).plan(REQUEST)
    await expect(open(driver, after).start(plan)).rejects.toMatchObject({
      code: 'failed-precondition',
      hint: expect.stringContaining('plan again'),
    })
    expect(writes(driver)).toEqual([])
  })

  it('lets through what is permitted, with the verdict on each permit', async () => {
    const driver = cloud()
    const tuner = open(driver, PERMITS)
    const run = await tuner.start(await tuner.plan(REQUEST))
    const model = await run.model()
    const live = await model.deploy()
    await expect(live.chat(QUESTION)).resolves.toHaveProperty('text')
    expect(writes(driver)).toEqual(['datasets.create', 'jobs.create', 'deployments.create', 'chat'])
  })

  it('is judged anew when a run is gone on with, before anything more is made', async () => {
    const store = memoryStore()
    const journal = memoryJournal()
    const dying = cloud(store)
    const create = dying.jobs.create.bind(dying.jobs)
    let dies = true
    const driver: MemoryDriver = {
      ...dying,
      jobs: {
        ...dying.jobs,
        create: async (...given) => {
          if (dies) throw new Error('the process died')
          return create(...given)
        },
      },
    }
    const demanded = policy({ require: { 'training-file': { 'storage-location': ['eu'] } } })
    const terms = [{ ...STORED, value: 'eu' }] as const
    const catalogue = defineCatalogue([{ id: 'cloud/train', operation: 'train', terms }])
    const at = (now: Date) => createTuner(driver, { journal, catalogue, policy: demanded, now: () => now })
    const first = at(NOW)
    await expect(first.start(await first.plan(REQUEST))).rejects.toMatchObject({ operation: 'jobs.create' })
    const [id = ''] = await journal.list()
    dies = false
    await expect(at(new Date('2027-08-01')).resume(id)).rejects.toMatchObject({ code: 'policy-refused' })
    expect(store.jobs.size).toBe(0)
    await expect(at(NOW).resume(id)).resolves.toHaveProperty('id', id)
  })
})

describe('what the account says', () => {
  const OWN_KEYS = policy(
    { require: { account: { 'customer-keys': 'in-use' } } },
    {
      attestations: [
        {
          dataClass: 'account',
          term: 'customer-keys',
          value: 'in-use',
          offerings: ['cloud'],
          by: 'legal',
          reference: 'DPA 7',
          until: '2027-06-30',
        },
      ],
    },
  )

  it.each([
    ['not-in-use', { verdict: 'refuse', reasons: [{ by: 'live', value: 'not-in-use' }] }],
    [undefined, { verdict: 'permit', reasons: [{ by: 'attestation' }] }],
  ] as const)('comes before what is attested, also of what nothing is on record: %s', async (value, told) => {
    const terms = value === undefined ? [] : [{ dataClass: 'account', term: 'customer-keys', value } as const]
    const plan = await open(cloud(memoryStore({ set: { terms } })), OWN_KEYS).plan(REQUEST)
    expect(plan.policy).toMatchObject(told)
  })
})

describe('a deployment that an earlier call began', () => {
  it('is named with the refusal, since it may cost', async () => {
    const store = memoryStore({ durations: { deployingMs: 600_000 } })
    const journal = memoryJournal()
    const free = open(cloud(store), PERMITS, journal)
    const run = await free.start(await free.plan(REQUEST))
    const model = await run.model()
    const stopped = new AbortController()
    // Made, and not ready as long as this test is patient.
    const begun = model.deploy({
      signal: stopped.signal,
      onProgress: ({ type }) => type === 'status' && stopped.abort(),
    })
    await expect(begun).rejects.toHaveProperty('name', 'AbortError')
    const [made] = store.deployments.keys()
    await expect(open(cloud(store), FORBIDS, journal).models.open(model.id).deploy()).rejects.toMatchObject({
      code: 'policy-refused',
      next: [{ do: 'undeploy', deployment: made }],
    })
  })
})

describe('what brings back or removes', () => {
  it('is done under a policy that forbids everything; serving and asking are not', async () => {
    const store = memoryStore()
    const journal = memoryJournal()
    const free = open(cloud(store), PERMITS, journal)
    const run = await free.start(await free.plan(REQUEST))
    const model = await run.model()
    const { reference } = await model.deploy()

    const driver = cloud(store)
    const before = writes(driver)
    const bound = open(driver, FORBIDS, journal)
    await expect(bound.models.open(model.id).deploy()).rejects.toMatchObject({ code: 'policy-refused' })
    const live = await bound.deployments.open(reference)
    await expect(live.chat(QUESTION)).rejects.toMatchObject({ code: 'policy-refused' })
    expect(writes(driver)).toEqual(before)

    await expect(bound.resume(run.id)).resolves.toHaveProperty('id', run.id)
    await expect((await bound.runs.get(run.id)).job()).resolves.toHaveProperty('status', 'succeeded')
    for await (const row of bound.jobs.list()) expect(row.id).toBeDefined()
    for await (const { id } of bound.datasets.list())
      for await (const part of bound.datasets.read(id)) expect(part).toBeDefined()
    await live.undeploy()
    await expect(bound.purge(run.reference)).resolves.toHaveProperty('complete', true)
  })

  it('stops a job under way', async () => {
    const store = memoryStore({ durations: { steppingMs: 60_000 } })
    const journal = memoryJournal()
    const free = open(cloud(store), PERMITS, journal)
    const run = await free.start(await free.plan(REQUEST))
    const bound = open(cloud(store), FORBIDS, journal)
    await expect((await bound.runs.get(run.id)).cancel()).resolves.toBeDefined()
  })
})

describe('a model that serves', () => {
  const INFERENCE = policy({ require: { inference: { 'training-use': 'no' } } })
  const later = new Date('2027-08-01')

  it('goes on answering when the record has grown old; a new deployment is not made by it', async () => {
    const store = memoryStore()
    const journal = memoryJournal()
    const now = open(cloud(store), INFERENCE, journal)
    const run = await now.start(await now.plan(REQUEST))
    const model = await run.model()
    const { reference } = await model.deploy()
    const then = open(cloud(store), INFERENCE, journal, later)
    const live = await then.deployments.open(reference)
    await expect(live.chat(QUESTION)).resolves.toHaveProperty('text')
    await live.undeploy()
    await expect(then.models.open(model.id).deploy()).rejects.toMatchObject({ code: 'policy-refused' })
  })

  it('is judged by the class of what it was trained on', async () => {
    const store = memoryStore()
    const journal = memoryJournal()
    const rules = [
      { name: 'internal', classes: ['internal'] },
      { name: 'secret', classes: ['secret'], offerings: { allow: ['nowhere'] } },
    ]
    const demanded: Policy = { version: 1, rules }
    const tuner = open(cloud(store), demanded, journal)
    const model = await (await tuner.start(await tuner.plan(REQUEST))).model()
    await expect(model.deploy()).resolves.toHaveProperty('id')
    // Another journal does not know what it was trained on: every rule applies.
    await expect(open(cloud(store), demanded).models.open(model.id).deploy()).rejects.toMatchObject({
      code: 'policy-refused',
    })
  })
})

describe('verdicts', () => {
  it('tell of training and of serving what a plan would be told, and ask for nothing else', async () => {
    const driver = cloud()
    const [train, serve] = await open(driver, IN_EU).verdicts({ class: 'internal' })
    expect(train).toMatchObject({ operation: 'train', judged: { verdict: 'refuse' } })
    expect(serve).toMatchObject({ operation: 'serve', judged: { verdict: 'permit' } })
    expect(writes(driver)).toEqual([])
  })
})
