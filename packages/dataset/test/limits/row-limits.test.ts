import { describe, expect, it } from 'vitest'
import { checkDataset, bytesSource, limitsOf, rowLimits, type Limit, type LimitId } from '../../src/index.ts'

const SECRET = 'kittens-and-passwords'
const user = (content: unknown) => ({ role: 'user', content })
const assistant = (content: unknown) => ({ role: 'assistant', content })
const image = (url: string) => ({ type: 'image_url', image_url: { url } })
const row = (...messages: readonly object[]) => JSON.stringify({ messages })

async function judge(id: LimitId, limit: Omit<Limit, 'id' | 'severity'>, ...rows: readonly string[]) {
  const { rules } = rowLimits([{ id, severity: 'error', ...limit }])
  const report = await checkDataset(bytesSource('a.jsonl', Buffer.from(rows.join('\n'))), {
    format: 'openai-chat',
    rules,
  })
  expect(JSON.stringify(report)).not.toContain(SECRET)
  return report.rejected.first.map(({ line, rule, field }) => ({ line, rule, ...(field && { field }) }))
}

describe('limits of rows', () => {
  it('alternating-turns: user and assistant take turns; answers of tools are one turn of the user', async () => {
    const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }
    const answered = { role: 'tool', tool_call_id: 'c', content: 'x' }
    const rejected = await judge(
      'alternating-turns',
      {},
      row({ role: 'system', content: 's' }, user(SECRET), assistant('a')),
      row(user(SECRET), user('b'), assistant('a')),
      row(user('a'), assistant('a'), assistant(SECRET)),
      row(user('a'), { role: 'assistant', tool_calls: [call] }, answered, answered, assistant('a')),
    )
    expect(rejected).toEqual([
      { line: 2, rule: 'alternating-turns', field: 'messages[1].role' },
      { line: 3, rule: 'alternating-turns', field: 'messages[2].role' },
    ])
  })

  it('first-turn and last-turn: of these roles', async () => {
    const rows = [row({ role: 'system', content: 's' }, user('a'), assistant('a')), row(assistant('a'))]
    expect(await judge('first-turn', { roles: ['user'] }, ...rows)).toEqual([
      { line: 2, rule: 'first-turn', field: 'messages[0].role' },
    ])
    expect(await judge('last-turn', { roles: ['user'] }, ...rows)).toHaveLength(2)
    expect(await judge('last-turn', { roles: ['assistant'] }, ...rows)).toEqual([])
  })

  it('forbidden-text: in capitals or not, in any text, taken literally', async () => {
    const texts = ['User:', '[EOS]', '<image>']
    const rejected = await judge(
      'forbidden-text',
      { texts },
      row(user(`${SECRET} a USER: said`), assistant('a')),
      row(user('EOS'), assistant('[eos]')),
      row({ role: 'system', content: 'see <Image>' }, user([{ type: 'text', text: 'fine' }]), assistant('a')),
      row(user([{ type: 'text', text: 'an <image> here' }]), assistant('a')),
      row(user('users: and images'), assistant('a')),
    )
    expect(rejected).toEqual([
      { line: 1, rule: 'forbidden-text', field: 'messages[0].content' },
      { line: 2, rule: 'forbidden-text', field: 'messages[1].content' },
      { line: 3, rule: 'forbidden-text', field: 'messages[0].content' },
      { line: 4, rule: 'forbidden-text', field: 'messages[0].content[0]' },
    ])
  })

  it('images: how many, how large, of which type, or none', async () => {
    const data = `data:image/gif;base64,${Buffer.from(SECRET).toString('base64')}`
    const rows = [
      row(user([image(data), image('https://example.org/a.PNG?x=1')]), assistant('a')),
      row(user([image('https://example.org/picture')]), assistant('a')),
      row(user('a'), assistant('a')),
    ]
    expect(await judge('maximum-images', { limit: 1 }, ...rows)).toEqual([{ line: 1, rule: 'maximum-images' }])
    const bytes = Buffer.byteLength(SECRET)
    expect(await judge('maximum-image-bytes', { limit: bytes }, ...rows)).toEqual([])
    expect(await judge('maximum-image-bytes', { limit: bytes - 1 }, ...rows)).toEqual([
      { line: 1, rule: 'maximum-image-bytes', field: 'messages[0].content[0]' },
    ])
    // What an address without an ending shows, nobody knows here.
    expect(await judge('image-types', { texts: ['image/png'] }, ...rows)).toMatchObject([{ line: 1 }])
    expect(await judge('image-types', { texts: ['image/png', 'image/gif'] }, ...rows)).toEqual([])
    expect(await judge('text-only', {}, ...rows)).toMatchObject([{ line: 1 }, { line: 2 }])
  })

  it('text-and-images-only: no audio and no file, wherever it stands', async () => {
    const rows = [
      row(user([image('https://example.org/a.png'), { type: 'text', text: 'a' }]), assistant('a')),
      row(user([{ type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }]), assistant('a')),
      row(user([{ type: 'file', file: { file_id: SECRET } }]), assistant('a')),
      row(user('a'), { role: 'assistant', audio: { id: SECRET } }),
    ]
    expect(await judge('text-and-images-only', {}, ...rows)).toEqual([
      { line: 2, rule: 'text-and-images-only', field: 'messages[0].content[0]' },
      { line: 3, rule: 'text-and-images-only', field: 'messages[0].content[0]' },
      { line: 4, rule: 'text-and-images-only', field: 'messages[1].audio' },
    ])
    expect(await judge('text-only', {}, ...rows)).toMatchObject([{ line: 1 }, { line: 2 }, { line: 3 }, { line: 4 }])
  })

  it('look at both answers of a preference', async () => {
    const preference = JSON.stringify({
      input: { messages: [user('a')] },
      preferred_output: [assistant('b')],
      non_preferred_output: [assistant('c User: d')],
    })
    const { rules } = rowLimits([{ id: 'forbidden-text', severity: 'error', texts: ['User:'] }])
    const report = await checkDataset(bytesSource('a.jsonl', Buffer.from(preference)), { rules })
    expect(report.rejected.first).toMatchObject([{ field: 'non_preferred_output[0].content' }])
  })

  it('of severity warning let the row pass, and are told', async () => {
    const limits = limitsOf(
      [
        { id: 'forbidden-text', texts: ['User:'] },
        { id: 'maximum-jobs', limit: 3 },
      ],
      ['forbidden-text'],
    )
    const { rules, warnings } = rowLimits(limits)
    const rows = [row(user('User: a'), assistant('a')), row(user('b'), assistant('a'))].join('\n')
    const report = await checkDataset(bytesSource('a.jsonl', Buffer.from(rows)), { rules })
    expect(report).toMatchObject({ accepted: 2, rejected: { count: 0 } })
    expect(warnings()).toMatchObject({
      count: 1,
      first: [{ line: 1, rule: 'forbidden-text' }],
      byRule: { 'forbidden-text': 1 },
    })
  })
})
