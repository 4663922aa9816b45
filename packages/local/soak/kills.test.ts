import { describe, expect, it } from 'vitest'
import { attempt, context, jobWhen, kill, lossesOf, makePlace, spec, stage } from '../test/support.ts'

const KILLS = Number(process.env['ANYTUNE_SOAK_KILLS'] ?? 30)
const EPOCHS = 100

describe('a job whose runner is killed again and again', () => {
  it(
    'ends with the model and the curve of a job that was left alone',
    async () => {
      const driver = (await makePlace()).driver()
      const training = await stage(driver)
      const whole = await driver.jobs.create(spec(training, EPOCHS), attempt(), context())
      await jobWhen(driver, whole.id, ({ status }) => status === 'succeeded')
      const expected = await lossesOf(driver, whole.id)

      const { id } = await driver.jobs.create(spec(training, EPOCHS), attempt(), context())
      for (let count = 0; count < KILLS; count++) {
        // From the first moments of a runner to the middle of its work.
        const until = Date.now() + Math.random() * 2_500
        const job = await jobWhen(
          driver,
          id,
          ({ status, raw }) => status === 'succeeded' || (raw.held && Date.now() > until),
        )
        if (job.status === 'succeeded') break
        kill(job)
        const dead = await jobWhen(
          driver,
          id,
          ({ status, raw }) => status === 'succeeded' || (status === 'paused' && !raw.held),
        )
        if (dead.status === 'succeeded') break
        await driver.jobs.resume(id, context())
      }
      await jobWhen(driver, id, ({ status }) => status === 'succeeded')
      const losses = await lossesOf(driver, id)
      expect(losses.map(([step]) => step)).toEqual(expected.map(([step]) => step))
      for (const [index, [, loss]] of losses.entries()) expect(loss).toBeCloseTo(expected[index]?.[1] ?? Number.NaN, 5)
      const { events } = await driver.jobs.events(id, undefined, context())
      expect(new Set(events.map((event) => event.id)).size).toBe(events.length)
      console.log(`resumed ${events.filter((event) => event.id.startsWith('resumed-')).length} times`)
    },
    10 * 60_000,
  )
})
