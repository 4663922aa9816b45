import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FIELDS, LABELS, parseLabels, readTickets, type Ticket } from '../src/tickets.ts'

const FILES = {
  training: join(import.meta.dirname, '..', 'train.jsonl'),
  heldOut: join(import.meta.dirname, '..', 'held-out.jsonl'),
}

describe('the shipped tickets', () => {
  it.each([
    [FILES.training, 240, '7335c14834a337d911a046894a542d2982112f296f4820576b0233c9a58fb33c'],
    [FILES.heldOut, 60, 'e1430dc2fdda3731efd24784516b428e3eb4027ec41a5c283ce3fad845d3d5f6'],
  ])('are the frozen ones: %s', async (path, examples, sha256) => {
    const digest = createHash('sha256')
      .update(await readFile(path))
      .digest('hex')
    const { report, tickets } = await readTickets(path)
    expect(digest).toBe(sha256)
    expect(report).toMatchObject({ format: 'openai-chat', examples, accepted: examples, sha256 })
    expect(report.rejected.count).toBe(0)
    expect(tickets).toHaveLength(examples)
  })

  it('use every label in both files', async () => {
    for (const path of Object.values(FILES)) {
      const { tickets } = await readTickets(path)
      for (const field of FIELDS) {
        expect(new Set(tickets.map(({ labels }) => labels[field]))).toEqual(new Set(LABELS[field]))
      }
    }
  })

  it('are written as compact JSON with the keys in the guide’s order', async () => {
    for (const path of Object.values(FILES)) {
      for (const { target, labels } of (await readTickets(path)).tickets) expect(target).toBe(JSON.stringify(labels))
    }
  })

  it('have no two that are nearly the same, least of all across the files', async () => {
    const training = (await readTickets(FILES.training)).tickets
    const heldOut = (await readTickets(FILES.heldOut)).tickets
    const all = [...training, ...heldOut]
    const pairs = all.flatMap((one, index) => all.slice(index + 1).map((other) => similarity(one, other)))
    const across = training.flatMap((one) => heldOut.map((other) => similarity(one, other)))
    expect(pairs).toHaveLength((300 * 299) / 2)
    expect(Math.max(...pairs)).toBeLessThan(0.33)
    expect(Math.max(...across)).toBeLessThan(0.31)
  })
})

describe('readTickets', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tickets-'))
  })
  afterAll(async () => {
    await rm(folder, { recursive: true })
  })

  it.each([
    ['an answer with an unknown label', row('My lamp hums', '{"category":"noise","product":"lumi","urgency":"low"}')],
    ['an answer that is no JSON', row('My lamp hums', 'defect')],
    ['a system message', { messages: [{ role: 'system', content: 'Be brief.' }, ...row('Hi', GOOD).messages] }],
    ['a row of another shape', { messages: [] }],
  ])('names the line of %s, and quotes nothing of it', async (_, bad) => {
    const path = join(folder, 'bad.jsonl')
    await writeFile(path, [row('Hello', GOOD), bad].map((line) => `${JSON.stringify(line)}\n`).join(''))
    const error = await readTickets(path).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'dataset-invalid', message: expect.stringContaining('line 2 of bad.jsonl') })
    expect(String(error)).not.toMatch(/hums|noise|Be brief/)
  })

  it('refuses a file without tickets, and one that is not there', async () => {
    const path = join(folder, 'empty.jsonl')
    await writeFile(path, '')
    await expect(readTickets(path)).rejects.toMatchObject({ code: 'dataset-invalid' })
    await expect(readTickets(join(folder, 'missing.jsonl'))).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('parseLabels', () => {
  it('takes the three keys in any order and with any space', () => {
    const labels = { category: 'login', product: 'perk', urgency: 'low' }
    expect(parseLabels(' {"urgency": "low", "product": "perk", "category": "login"}\n')).toEqual(labels)
  })

  it.each([
    ['no JSON', '{"category":"login","product":"perk","urgency":"low"'],
    ['a key too few', '{"category":"login","product":"perk"}'],
    ['a key too many', '{"category":"login","product":"perk","urgency":"low","reason":"?"}'],
    ['an unknown label', '{"category":"login","product":"perk","urgency":"soon"}'],
    ['a label of another key', '{"category":"low","product":"perk","urgency":"login"}'],
    ['a value that is no text', '{"category":"login","product":["perk"],"urgency":"low"}'],
    ['a list', '["login","perk","low"]'],
    ['null', 'null'],
    ['nothing', ''],
  ])('refuses %s', (_, answer) => {
    expect(parseLabels(answer)).toBeUndefined()
  })
})

const GOOD = '{"category":"defect","product":"lumi","urgency":"low"}'

function row(question: string, answer: string) {
  return {
    messages: [
      { role: 'user', content: question },
      { role: 'assistant', content: answer },
    ],
  }
}

/** The share of their words that two tickets have in common. */
function similarity(one: Ticket, other: Ticket): number {
  const [words, others] = [wordsOf(one), wordsOf(other)]
  const shared = [...words].filter((word) => others.has(word)).length
  return shared / (words.size + others.size - shared)
}

function wordsOf({ text }: Ticket): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}']+/gu))
}
