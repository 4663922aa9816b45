import { createHash } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createTuner, memoryJournal, type AnytuneError } from '../src/index.ts'
import { memory } from '../src/memory.ts'
import { chatFile, chatRow, temporaryFolder } from './support-rows.ts'

const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true }))

/** Made here, so that no scanner of a hosting site stops this file. */
const KEY = ['gh', 'p_', createHash('sha256').update('nobody').digest('hex').slice(0, 36)].join('')

function file(name: string, rows: readonly string[]): string {
  const path = join(folder, name)
  writeFileSync(path, `${rows.join('\n')}\n`)
  return path
}

function planning(training: string, more: object = {}) {
  const driver = memory()
  const tuner = createTuner(driver, { journal: memoryJournal() })
  return { driver, plan: tuner.plan({ baseModel: 'memory-small', method: 'supervised', training, ...more }) }
}

async function refusal(plan: Promise<unknown>): Promise<AnytuneError> {
  const error = await plan.then(
    () => undefined,
    (error: AnytuneError) => error,
  )
  if (error === undefined) throw new Error('the plan was made')
  return error
}

describe('a plan on a dataset with a secret', () => {
  const rows = [chatRow('hello', 'hello'), chatRow('my token', `it is ${KEY}`), chatRow(KEY, 'thanks')]

  it('is refused with lines, fields and rules, and never says the secret', async () => {
    const error = await refusal(planning(file('secret.jsonl', rows)).plan)
    expect(error).toMatchObject({
      code: 'dataset-invalid',
      message: 'the training dataset secret.jsonl holds 2 secrets in 2 rows',
      data: {
        role: 'training',
        rule: 'secret-found',
        rejected: {
          count: 2,
          byRule: { 'secret-found': 2 },
          first: [
            {
              line: 2,
              rule: 'secret-found',
              field: 'messages[1].content',
              message: 'holds a secret: api-key (github-token)',
            },
            { line: 3, rule: 'secret-found', field: 'messages[0].content' },
          ],
        },
      },
    })
    expect(error.next).toEqual([expect.objectContaining({ do: 'redact', kinds: ['secret'] })])
    expect(JSON.stringify(error.toJSON())).not.toContain(KEY)
  })

  it('sends nothing', async () => {
    const { driver, plan } = planning(file('secret.jsonl', rows))
    await refusal(plan)
    expect(driver.calls.filter(({ operation }) => operation.startsWith('datasets.'))).toEqual([])
  })

  it('is refused also when the row would be left out, and when it is the validation dataset', async () => {
    const broken = file('broken.jsonl', [chatRow('hello', 'hello'), `{"messages":[],"key":"${KEY}"}`])
    expect((await refusal(planning(broken, { skipRejected: true }).plan)).data).toMatchObject({ rule: 'secret-found' })
    const training = chatFile(folder, 'train.jsonl')
    const validation = file('validation.jsonl', rows)
    expect((await refusal(planning(training, { validation }).plan)).data).toMatchObject({ role: 'validation' })
  })

  it('has nothing that would allow it', async () => {
    const allow = ['secret-found']
    expect(await refusal(planning(file('secret.jsonl', rows), { allow }).plan)).toMatchObject({
      code: 'invalid-argument',
    })
  })
})

describe('a plan on a dataset with personal data', () => {
  it('warns with counts, keeps them, and never says the data', async () => {
    const training = file('personal.jsonl', [
      chatRow('I am jane@example.org', 'Hello'),
      chatRow('call +1 202 555 0143 or jane@example.org', 'password: Sommer!2024'),
      chatRow('hello', 'hello'),
    ])
    const plan = await planning(training).plan
    expect(plan.datasets[0]?.found).toEqual({
      personal: { count: 3, rows: 2, byKind: { email: 2, phone: 1 } },
      possibleSecrets: { count: 1, rows: 1, byKind: { password: 1 } },
    })
    expect(plan.warnings.map(({ id, message }) => `${id}: ${message.slice(0, message.lastIndexOf(':'))}`)).toEqual([
      'personal-data: the training dataset personal.jsonl holds personal data in 2 rows (email 2, phone 1)',
      'possible-secrets: the training dataset personal.jsonl holds what may be secrets in one row (password 1)',
    ])
    expect(JSON.stringify(plan)).not.toMatch(/jane|0143|Sommer/)
  })

  it('warns of nothing where nothing was found, and says that it looked', async () => {
    const plan = await planning(chatFile(folder, 'clean.jsonl')).plan
    expect(plan.warnings.map(({ id }) => id)).not.toContain('personal-data')
    expect(plan.datasets[0]?.found).toMatchObject({ personal: { count: 0 }, possibleSecrets: { count: 0 } })
  })
})
