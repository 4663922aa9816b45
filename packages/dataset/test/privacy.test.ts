import { describe, expect, it } from 'vitest'
import { checkDataset, encodeDataset, FORMATS, type FormatId } from '../src/index.ts'
import { chunked, source } from './support.ts'

/** Stands for row content wherever content can stand; spelled so that no message of ours can hold it by chance. */
const SECRET = 'Zq7secretXk'
const USER = `{"role":"user","content":"${SECRET}"}`
const REPLY = `{"role":"assistant","content":"${SECRET}"}`
const DEEP = `${`{"${SECRET}":`.repeat(70)}1${'}'.repeat(70)}`
const TOOL = `{"type":"function","function":{"name":"${SECRET}","parameters":{"${SECRET}":1}}}`

const ROWS: readonly string[] = [
  SECRET,
  `"${SECRET}"`,
  `["${SECRET}"]`,
  `{"${SECRET}":`,
  `{"${SECRET}":"${SECRET}"}`,
  `{"messages":${SECRET}}`,
  `{"messages":"${SECRET}"}`,
  `{"messages":["${SECRET}"]}`,
  `{"messages":[{"role":"${SECRET}","content":"x"}]}`,
  `{"messages":[{"${SECRET}":"user"}]}`,
  `{"messages":[{"role":"user","content":"x","${SECRET}":1},${REPLY}]}`,
  `{"messages":[${USER},${REPLY}],"${SECRET}":1}`,
  `{"messages":[${USER},${REPLY}],"${SECRET}":1,"${SECRET}":2}`,
  `{"messages":[${USER},{"role":"assistant","content":"${SECRET}","weight":"${SECRET}"}]}`,
  `{"messages":[${USER},${REPLY},${USER}]}`,
  `{"messages":[${USER}]}`,
  `{"messages":[${USER},{"role":"tool","tool_call_id":"${SECRET}","content":"${SECRET}"},${REPLY}]}`,
  `{"messages":[${USER},{"role":"assistant","tool_calls":[{"id":"${SECRET}","type":"${SECRET}"}]}]}`,
  `{"messages":[{"role":"user","content":[{"type":"${SECRET}"}]},${REPLY}]}`,
  `{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"${SECRET}","detail":"${SECRET}"}}]},${REPLY}]}`,
  `{"messages":[${USER},${REPLY}],"tools":[${TOOL.replace(SECRET, `${SECRET} space`)}]}`,
  `{"messages":[${USER},${REPLY}],"tools":[${TOOL.replace('":1', `":{"${SECRET}":1,"${SECRET}":2}`)}]}`,
  `{"messages":[${USER},${REPLY}],"tools":[${TOOL.replace('":1', '":"\\ud800"')}]}`,
  `{"messages":[${USER},${REPLY}],"tools":[${TOOL.replace('":1', '\\ud800":1')}]}`,
  `{"messages":[${USER},${REPLY}],"tools":[${TOOL.replace(`"${SECRET}":1`, `"__proto__":"${SECRET}"`)}]}`,
  `{"messages":[${USER},${REPLY}],"tools":[{"type":"function","function":{"name":"f","parameters":${DEEP}}}]}`,
  `{"messages":[${USER},${REPLY}] ${SECRET}`,
  `{"messages":[${USER},${REPLY.slice(0, -4)}`,
  `{"messages":[${USER},{"role":"assistant","content":"${SECRET}\0"}]}`,
  `{"messages":[${USER},{"role":"assistant","content":"${SECRET}\\q"}]}`,
  `{"input":{"${SECRET}":[]},"preferred_output":["${SECRET}"],"non_preferred_output":"${SECRET}"}`,
  `{"input":{"messages":[${USER}]},"preferred_output":[${USER}],"non_preferred_output":[${REPLY}]}`,
  `{"input":{"messages":[${USER}]},"preferred_output":[${REPLY},${REPLY}],"non_preferred_output":[${REPLY}]}`,
  `{"messages":[${USER},${REPLY}],"${SECRET}":{"${SECRET}":1,"${SECRET}":2}}`,
  `{"messages":[${USER}],"tools":"${SECRET}","${SECRET}":"${SECRET}"}`,
  `{"prompt":"${SECRET}","completion":["${SECRET}"]}`,
  `{"prompt":"${SECRET}","completion":""}`,
  `{"prompt":"${SECRET}","completion":"${SECRET}","${SECRET}":"${SECRET}"}`,
]

/** Everything a caller might log of an error. */
function everything(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const own = Object.fromEntries(Object.getOwnPropertyNames(error).map((name) => [name, Reflect.get(error, name)]))
  return JSON.stringify(own) + String(error) + everything(error.cause ?? '')
}

describe('row content never leaves in words', () => {
  const formats = [undefined, ...(Object.keys(FORMATS) as FormatId[])]
  const cases = ROWS.flatMap((row, index) => formats.map((format) => ({ index, row, format })))

  it('every row here is rejected by at least one format, so there are words to look at', async () => {
    for (const { index, row } of cases) {
      const counts = await Promise.all(formats.slice(1).map((format) => checkDataset(source(row), { format })))
      expect(
        counts.some((report) => report.rejected.count === 1),
        `row ${index}`,
      ).toBe(true)
    }
  })

  it.each(cases)('row $index as $format', async ({ row, format }) => {
    const words: string[] = []
    const content = `${row}\n${Buffer.from(row).toString('latin1')}\xff`
    for (const from of [source(row), chunked(Buffer.from(content, 'latin1'), 3)]) {
      words.push(await reported(() => checkDataset(from, { format, maximumLineBytes: 10_000 })))
      words.push(await reported(() => checkDataset(from, { format, maximumLineBytes: 10 })))
      words.push(
        await reported(async () => {
          for await (const _ of encodeDataset(from, { from: format, to: 'openai-preference', onRejected: 'fail' }));
        }),
      )
    }
    expect(words.join('\n')).not.toContain(SECRET)
    expect(words.join('\n').length).toBeGreaterThan(100)
  })
})

async function reported(action: () => Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify(await action()) ?? ''
  } catch (error) {
    return everything(error)
  }
}
