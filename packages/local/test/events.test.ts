import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readEvents } from '../src/events.ts'
import { openEventLog } from '../src/runner/event-log.ts'
import { isTold, toEvents } from '../src/runner/to-events.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anytune-events-'))
  path = join(folder, 'events.jsonl')
})
afterEach(() => rm(folder, { recursive: true }))

const line = (id: string, text = 'x') =>
  `${JSON.stringify({ id, at: '2026-01-01T00:00:00.000Z', type: 'message', level: 'info', text })}\n`
const ids = (page: { readonly events: readonly { readonly id: string }[] }) => page.events.map(({ id }) => id)

describe('reading events', () => {
  it('goes on after a cursor, and says the same cursor while nothing is new', async () => {
    await writeFile(path, line('a', 'grüß 👋🏽') + line('b'))
    const first = await readEvents(path, undefined)
    expect(ids(first)).toEqual(['a', 'b'])
    expect(await readEvents(path, first.cursor)).toEqual({ events: [], cursor: first.cursor })
    await appendFile(path, line('c'))
    expect(ids(await readEvents(path, first.cursor))).toEqual(['c'])
  })

  it('does not tell a line before it is whole', async () => {
    await writeFile(path, line('a') + line('b').slice(0, 20))
    const torn = await readEvents(path, undefined)
    expect(ids(torn)).toEqual(['a'])
    await appendFile(path, line('b').slice(20))
    expect(ids(await readEvents(path, torn.cursor))).toEqual(['b'])
  })

  it('tells a damaged line as such, and the rest', async () => {
    await writeFile(path, `${line('a')}\0\0\0\n${line('c')}`)
    const { events } = await readEvents(path, undefined)
    expect(events.map(({ id }) => id)).toEqual(['a', `damaged-${line('a').length}`, 'c'])
    expect(events[1]).toMatchObject({ type: 'message', level: 'warning' })
  })

  it('has no events where there is no file', async () => {
    expect(await readEvents(path, undefined)).toEqual({ events: [], cursor: '0' })
  })

  it.each(['-1', 'x', '1.5', '3', '99999', ''])('refuses the cursor %j, which was never given', async (cursor) => {
    await writeFile(path, line('a'))
    await expect(readEvents(path, cursor)).rejects.toMatchObject({ code: 'invalid-argument' })
  })
})

describe('writing events', () => {
  it('tells one id once, in this runner and the next', async () => {
    const event = (id: string) => ({ id, type: 'message', level: 'info', text: id }) as const
    const first = openEventLog(path)
    first.append(event('a'))
    first.append(event('a'))
    first.close()
    const second = openEventLog(path)
    second.append(event('a'))
    second.append(event('b'))
    expect(second.count('')).toBe(2)
    second.close()
    expect(ids(await readEvents(path, undefined))).toEqual(['a', 'b'])
  })

  it('removes the torn line of a killed runner before it goes on', async () => {
    await writeFile(path, line('a') + line('b').slice(0, 20))
    const log = openEventLog(path)
    log.append({ id: 'b', type: 'message', level: 'info', text: 'again' })
    log.close()
    expect(ids(await readEvents(path, undefined))).toEqual(['a', 'b'])
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(3)
  })
})

describe('the loss curve', () => {
  it.each([1, 2, 1999, 2000, 2001, 4001, 123_456])('of %i steps has its ends and at most 2,002 points', (total) => {
    const told = Array.from({ length: total }, (_, index) => index + 1).filter((step) => isTold(step, total))
    expect(told.length).toBeLessThanOrEqual(2002)
    expect(told.length).toBeGreaterThanOrEqual(Math.min(total, 1000))
    expect([told[0], told.at(-1)]).toEqual([1, total])
  })

  it('says when not every step is told', () => {
    const started = { type: 'started', parameters: 1234, vocabulary: 300 } as const
    const textOf = (totalSteps: number, epochs = 2) => {
      const [event] = toEvents({ ...started, totalSteps, epochs }, 'model', 0)
      return event?.type === 'message' ? event.text : ''
    }
    expect(textOf(2000)).toMatch(/rehearsal.*1,234 parameters.*2000 steps in 2 epochs$/)
    expect(textOf(5000)).toMatch(/told one in 3/)
    expect(textOf(1, 1)).toMatch(/; 1 step in 1 epoch$/)
  })
})
