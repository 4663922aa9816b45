import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { afterwards, context, jobWhen, makePlace, rows, type Place } from './support.ts'

const SCRIPT = fileURLToPath(new URL('process.script.ts', import.meta.url))

/** A process of its own that uses the same data directory; its lines of output. */
function other(
  place: Place,
  ...words: readonly string[]
): { readonly child: ChildProcess; lines(): AsyncIterable<string> } {
  const child = spawn(process.execPath, ['--conditions=@anytune/source', SCRIPT, place.folder, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  afterwards(async () => void child.kill('SIGKILL'))
  return { child, lines: () => linesOf(child) }
}

async function* linesOf(child: ChildProcess): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of child.stdout!) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}

describe('several processes', () => {
  it('a job goes on when the process that started it is killed, and others list and watch it', async () => {
    const place = await makePlace()
    const starter = other(place, 'start', await place.file(rows()))
    let job = ''
    for await (const line of starter.lines()) {
      job = line
      break
    }
    starter.child.kill('SIGKILL')
    await once(starter.child, 'exit')
    expect(job).toMatch(/^run-/)

    const driver = place.driver()
    const watcher = other(place, 'watch', job)
    const seen: string[] = []
    for await (const line of watcher.lines()) seen.push(line)
    const done = await jobWhen(driver, job, ({ status }) => status === 'succeeded')
    const steps = seen.filter((line) => line.startsWith('step ')).map((line) => Number(line.slice(5)))
    expect(steps).toEqual(Array.from({ length: 80 }, (_, index) => index + 1))
    expect(seen[0]).toBe(`listed ${job}`)
    expect(seen.at(-1)).toBe(`model ${done.model}`)
  })

  it('tune at the same time in one data directory', async () => {
    const place = await makePlace()
    const file = await place.file(rows())
    const both = [other(place, 'tune', file), other(place, 'tune', file)]
    const models = await Promise.all(
      both.map(async ({ lines }) => {
        const all: string[] = []
        for await (const line of lines()) all.push(line)
        return all.at(-1)
      }),
    )
    const { items } = await place.driver().models.list({ limit: 9 }, context())
    expect(new Set(items.map(({ id }) => `model ${id}`))).toEqual(new Set(models))
    expect(new Set(models).size).toBe(2)
  })
})
