import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileSource } from '@anytune/dataset'
import { afterAll, describe, expect, it } from 'vitest'
import type { Driver } from '../src/driver.ts'
import { createTuner, dataset, memoryJournal, type Plan, type PlanRequest } from '../src/index.ts'
import { memory, type MemoryDriver } from '../src/memory.ts'
import { chatFile, chatRow, temporaryFolder } from './support-rows.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))

const training = chatFile(folder, 'train.jsonl')
const validation = chatFile(folder, 'validation.jsonl', 3)
const REQUEST = { baseModel: 'memory-small', method: 'supervised', training } as const
/** Content leaves through these. */
const EGRESS = ['datasets.create', 'datasets.part', 'jobs.create', 'chat']

function tunerOn(driver = memory(), options = {}) {
  return createTuner(driver, { journal: memoryJournal(), retry: { attempts: 2, firstMs: 1, maximumMs: 2 }, ...options })
}

/** A request as a JavaScript caller may write it. */
function untyped(request: object): PlanRequest<MemoryDriver> {
  return request as PlanRequest<MemoryDriver>
}

describe('a plan', () => {
  it('says what is created, what leaves, and that no policy was evaluated', async () => {
    const plan = await tunerOn().plan({
      ...REQUEST,
      validation,
      training: dataset(training, { class: 'internal' }),
      hyperparameters: { epochs: 2 },
    })
    expect(plan).toMatchObject({
      version: 1,
      provider: 'memory',
      method: 'supervised',
      hyperparameters: { epochs: 2 },
      policy: { configured: false, verdict: 'permit', note: 'policy: none, not evaluated' },
      datasets: [
        { role: 'training', class: 'internal', examples: 12, rejected: { count: 0 }, encoded: { rows: 12 } },
        { role: 'validation', examples: 3, encoded: { rows: 3 } },
      ],
    })
    expect(plan.datasets[0]?.encoded.sha256).toMatch(/^[0-9a-f]{64}$/)
  })

  it('sends no byte of content, and creates nothing', async () => {
    const driver = memory()
    await tunerOn(driver).plan(REQUEST)
    expect(driver.calls.map(({ operation }) => operation).filter((name) => EGRESS.includes(name))).toEqual([])
  })

  it('survives a file, and is refused when it was edited there', async () => {
    const tuner = tunerOn()
    const plan = JSON.parse(JSON.stringify(await tuner.plan(REQUEST))) as Plan
    await expect(tuner.start({ ...plan, baseModel: 'memory-chat' })).rejects.toMatchObject({ code: 'invalid-argument' })
    await expect(tuner.start({ ...plan, version: 2 } as unknown as Plan)).rejects.toMatchObject({
      code: 'invalid-argument',
    })
    expect((await tuner.start(plan)).id).toMatch(/^run-/)
  })

  it('lists options that are for other providers', async () => {
    const plan = await tunerOn().plan(
      untyped({ ...REQUEST, providerOptions: { bedrock: { roleArn: 'x' }, memory: {} } }),
    )
    expect(plan.ignored).toEqual(['bedrock'])
  })

  it('refuses a typo in the own options before anything is sent', async () => {
    const driver = memory()
    const request = untyped({ ...REQUEST, providerOptions: { memory: { epocs: 1 } } })
    await expect(tunerOn(driver).plan(request)).rejects.toMatchObject({ code: 'invalid-argument' })
    expect(driver.calls).toEqual([])
  })

  it.each([
    ['an unknown method', { method: 'distillation' }, 'unsupported'],
    ['a hyperparameter the method does not have', { hyperparameters: { beta: 1 } }, 'unsupported'],
    ['an inherited name as a method', { method: 'constructor' }, 'unsupported'],
    ['a number out of range', { hyperparameters: { epochs: 51 } }, 'invalid-argument'],
    ['a fraction of an epoch', { hyperparameters: { epochs: 1.5 } }, 'invalid-argument'],
    ['a number that is none', { hyperparameters: { epochs: Number.NaN } }, 'invalid-argument'],
    ['a suffix that is too long', { suffix: 'x'.repeat(41) }, 'invalid-argument'],
    ['a suffix with a dot', { suffix: 'a.b' }, 'invalid-argument'],
    ['a seed below zero', { seed: -1 }, 'invalid-argument'],
    ['a metadata name of ours', { metadata: { 'anytune-key': 'x' } }, 'invalid-argument'],
    ['a field that does not exist', { epochs: 3 }, 'invalid-argument'],
    ['no base model', { baseModel: '' }, 'invalid-argument'],
    ['a method that the base model does not have', { baseModel: 'memory-chat', method: 'preference' }, 'unsupported'],
  ])('refuses %s, with zero calls', async (_, change, code) => {
    const driver = memory()
    const error: unknown = await tunerOn(driver)
      .plan(untyped({ ...REQUEST, ...change }))
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code, hint: expect.any(String) as string })
    expect(driver.calls).toEqual([])
  })

  it('refuses a method that needs a validation dataset without one, with zero calls', async () => {
    const driver = memory()
    const { capabilities } = driver
    const { supervised } = capabilities.methods
    const methods = { ...capabilities.methods, supervised: { ...supervised, validationRequired: true } }
    const demanding: Driver = { ...driver, capabilities: { ...capabilities, methods } }
    const planned = createTuner(demanding, { journal: memoryJournal() }).plan(REQUEST)
    await expect(planned).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('validation') as string,
    })
    expect(driver.calls).toEqual([])
  })

  it('asks whether a name that is nearly right was meant', async () => {
    const request = untyped({ ...REQUEST, hyperparameters: { epoch: 2 } })
    await expect(tunerOn().plan(request)).rejects.toMatchObject({
      hint: expect.stringContaining('did you mean "epochs"?') as string,
    })
  })

  it('warns of a base model nobody knows here, and passes', async () => {
    const plan = await tunerOn().plan({ ...REQUEST, baseModel: 'memory-next' })
    expect(plan.warnings).toMatchObject([{ id: 'unknown-base-model' }])
  })

  it('refuses to start what a preflight check failed, before anything is sent', async () => {
    const driver = memory()
    const tuner = tunerOn(driver)
    const plan = await tuner.plan({ ...REQUEST, baseModel: 'memory-next' })
    await expect(tuner.start(plan)).rejects.toMatchObject({ code: 'failed-precondition', operation: 'preflight' })
    expect(driver.calls.map(({ operation }) => operation)).toEqual(['preflight'])
  })

  it('takes a name from the models of the configuration', async () => {
    const tuner = tunerOn(memory(), { models: { support: 'memory-small', other: undefined } })
    expect((await tuner.plan({ ...REQUEST, baseModel: 'support' })).baseModel).toBe('memory-small')
    await expect(tuner.plan({ ...REQUEST, baseModel: 'other' })).rejects.toMatchObject({ code: 'configuration' })
  })
})

describe('a dataset that is not all good', () => {
  const mixed = join(folder, 'mixed.jsonl')
  writeFileSync(mixed, [chatRow('a', 'b'), '{"messages": "SECRET', chatRow('c', 'd')].join('\n'))

  it('fails the plan with line and rule, and no content', async () => {
    const error: unknown = await tunerOn()
      .plan({ ...REQUEST, training: mixed })
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'dataset-invalid',
      data: { rejected: { count: 1, first: [{ line: 2, rule: 'invalid-json' }] } },
    })
    expect(JSON.stringify(error)).not.toContain('SECRET')
  })

  it('is planned without its bad rows when the user says so, and they are counted', async () => {
    const plan = await tunerOn().plan({ ...REQUEST, training: mixed, skipRejected: true })
    expect(plan.datasets[0]).toMatchObject({
      examples: 3,
      rejected: { count: 1, byRule: { 'invalid-json': 1 } },
      encoded: { rows: 2 },
    })
  })

  it.each([
    ['empty', ''],
    ['all bad', '{}\n{}\n'],
  ])('is refused when it is %s, also with skipRejected', async (name, text) => {
    const file = join(folder, `${name}.jsonl`)
    writeFileSync(file, text)
    const request = { ...REQUEST, training: dataset(file, { format: 'openai-chat' }), skipRejected: true } as const
    await expect(tunerOn().plan(request)).rejects.toMatchObject({ code: 'dataset-invalid' })
  })

  it.each([
    ['empty', ''],
    ['blank', '\n \n\n'],
  ])('is said to have no examples when it is %s, without a format being asked for', async (name, text) => {
    const file = join(folder, `nothing-${name}.jsonl`)
    writeFileSync(file, text)
    await expect(tunerOn().plan({ ...REQUEST, training: file })).rejects.toThrow(/has no examples/)
  })

  it('that is a table is read by its mapping again when it is staged, also by another process', async () => {
    const file = join(folder, 'faq.csv')
    writeFileSync(file, `question,answer,note\n${'Where?,"Here, there",x\n'.repeat(12)}`)
    const layout = { fields: { prompt: 'question', completion: 'answer' } }
    const training = dataset(fileSource(file, layout), { format: 'flat' })
    const plan = await tunerOn().plan({ ...REQUEST, training })
    expect(plan.datasets[0]).toMatchObject({ path: file, layout, examples: 12, encoded: { format: 'openai-chat' } })
    const tuner = tunerOn()
    await tuner.start(JSON.parse(JSON.stringify(plan)) as Plan)
    for await (const { id } of tuner.datasets.list()) {
      const parts = []
      for await (const part of tuner.datasets.read(id)) parts.push(part)
      const [row = ''] = Buffer.concat(parts).toString().split('\n')
      expect(JSON.parse(row)).toEqual({
        messages: [
          { role: 'user', content: 'Where?' },
          { role: 'assistant', content: 'Here, there' },
        ],
      })
    }
    expect.assertions(2)
  })

  it.each([
    ['is not there', join(folder, 'none.jsonl'), 'not-found'],
    ['is a directory', folder, 'invalid-argument'],
  ])('is refused when the file %s', async (_, path, code) => {
    await expect(tunerOn().plan({ ...REQUEST, training: path })).rejects.toMatchObject({ code })
  })
})
