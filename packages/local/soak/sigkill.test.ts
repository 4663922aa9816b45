import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import type { LocalDriver } from '../src/index.ts'
import { context, killRunners, lossesOf, makePlace, rows, type Place } from '../test/support.ts'

const session = fileURLToPath(new URL('session.script.ts', import.meta.url))
const ROUNDS = 6
const STEPS = 120

/** A process that starts the run, or goes on with it; with `livesMs` it is killed. Resolves to what it printed. */
async function live(place: Place, file: string, livesMs?: number): Promise<string> {
  const child = spawn(process.execPath, ['--conditions=@anytune/source', session, place.folder, file], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
  const ended = once(child, 'close')
  if (livesMs !== undefined) {
    // Its life is counted from when its program began, not from when the computer got round to it.
    await Promise.race([once(child.stdout, 'data'), ended])
    await Promise.race([delay(livesMs), ended])
    child.kill('SIGKILL')
  }
  await ended
  return printed
}

async function jobsOf(driver: LocalDriver) {
  return (await driver.jobs.list({ limit: 100 }, context())).items
}

it(
  `${ROUNDS} runs whose starter and trainer are killed again and again end with one job and one loss curve each`,
  async () => {
    const undisturbed = await makePlace()
    const told = await live(undisturbed, await undisturbed.file(rows()))
    expect(told).toMatch(/model local-/)
    const [whole] = await jobsOf(undisturbed.driver())
    const expected = await lossesOf(undisturbed.driver(), whole?.id ?? '')
    expect(expected).toHaveLength(STEPS)

    let killed = 0
    for (let round = 0; round < ROUNDS; round++) {
      const place = await makePlace()
      const file = await place.file(rows())
      for (let death = 0; death < 6; death++) {
        await live(place, file, 20 + ((round * 137 + death * 211) % 900))
        if (death % 2 === round % 2) await killRunners(place.driver())
        killed++
        expect(await jobsOf(place.driver()), `round ${round}, death ${death}`).not.toHaveLength(2)
      }
      expect(await live(place, file), `round ${round}`).toMatch(/model local-/)
      const jobs = await jobsOf(place.driver())
      expect(jobs.map(({ status }) => status)).toEqual(['succeeded'])
      const losses = await lossesOf(place.driver(), jobs[0]?.id ?? '')
      expect(losses.map(([step]) => step)).toEqual(expected.map(([step]) => step))
      for (const [index, [, loss]] of losses.entries()) expect(loss).toBeCloseTo(expected[index]?.[1] ?? NaN, 5)
    }
    expect(killed).toBe(ROUNDS * 6)
  },
  15 * 60_000,
)
