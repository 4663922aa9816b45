import { createWriteStream, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

const ROOT = join(import.meta.dirname, '../../..')

/** Texts that people wrote: the paragraphs of this repository's documentation and sources, about a megabyte and a half of them. */
export function paragraphs(): readonly string[] {
  const files = ['docs/**/*.md', 'packages/*/README.md', 'packages/*/src/**/*.ts', '*.md']
  const texts = files
    .flatMap((pattern) => globSync(pattern, { cwd: ROOT }).toSorted())
    .flatMap((file) => readFileSync(join(ROOT, file), 'utf8').split(/\n\n+/))
  return texts.filter((text) => text.length > 60 && text.length < 4000)
}

/** Every so many rows, one has a number that no double holds: rows as those of tools are. */
const EXACT_EVERY = 50

/** Chat rows about these texts, each of about 1.5 kB; a third of them call tools. */
export function chatRows(texts: readonly string[]): readonly string[] {
  const text = (index: number) => texts[index % texts.length] ?? ''
  return texts.map((question, index) => {
    const answer = { role: 'assistant', content: text(7 * index + 3) }
    const asked = [
      { role: 'system', content: 'Answer in the words of the documentation.' },
      { role: 'user', content: question },
    ]
    if (index % 3 > 0) return JSON.stringify({ messages: [...asked, answer] })
    const call = {
      role: 'assistant',
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look_up', arguments: '{"page":12}' } }],
    }
    const found = { role: 'tool', tool_call_id: 'call_1', content: text(11 * index + 5) }
    const row = JSON.stringify({ messages: [...asked, call, found, answer], tools: [TOOL] })
    return index % EXACT_EVERY === 0 ? row.replace('"maximum":2000', '"maximum":20000000000000000001') : row
  })
}

const TOOL = {
  type: 'function',
  function: {
    name: 'look_up',
    description: 'Looks up a page of the documentation.',
    parameters: {
      type: 'object',
      properties: {
        page: { type: 'integer', description: 'its number', minimum: 1, maximum: 2000 },
        words: { type: 'array', items: { type: 'string' }, description: 'what to look for in it' },
      },
      required: ['page'],
    },
  },
}

/** Writes the rows again and again until the file has so many bytes. */
export async function writeRows(path: string, rows: readonly string[], bytes: number): Promise<void> {
  const block = Buffer.from(`${rows.join('\n')}\n`)
  const blocks = function* () {
    for (let written = 0; written < bytes; written += block.length) yield block
  }
  await pipeline(blocks, createWriteStream(path))
}
