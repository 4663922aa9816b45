import { describe, expect, it } from 'vitest'
import { anytune, folder, jsonLines, rows, start, told } from './anytune.ts'

// Every command is a process of its own: what one leaves behind, the next must find.
describe('a life with the local adapter, a process for each command', () => {
  it('trains, is watched from elsewhere, answers, and is deleted', async () => {
    const cwd = await folder({ 'train.jsonl': rows(12), 'held-out.jsonl': rows(3) })
    const json = async (...args: readonly string[]) => {
      const { code, stdout, stderr } = await anytune([...args, '--json'], { cwd })
      expect({ args, code, stderr }).toMatchObject({ args, code: 0 })
      return jsonLines(stdout)
    }
    await json('init', '--data', 'train.jsonl', '--yes')
    const request = ['--model', 'scratch-tiny', '--validation', 'held-out.jsonl', '--epochs', '2', '--batch-size', '4']
    const [started] = (await json('tune', 'train.jsonl', ...request, '--yes', '--detach')).slice(-1)
    const { run, job } = started as { run: string; job: string }

    const events = await json('runs', 'watch', run)
    const metrics = events.flatMap(({ event }) => (isMetrics(event) ? [event] : []))
    expect(metrics).toContainEqual(
      expect.objectContaining({ step: 6, values: expect.objectContaining({ loss: expect.any(Number) }) }),
    )
    expect(metrics).toContainEqual(
      expect.objectContaining({ step: 6, values: expect.objectContaining({ validationLoss: expect.any(Number) }) }),
    )
    const { model, reference, next } = events.at(-1) as { model: string; reference: string; next: string }
    expect(next).toBe(`anytune chat ${model}`)

    expect(await json('jobs', 'show', job)).toMatchObject([{ status: 'succeeded', model, progress: { step: 6 } }])
    expect(await json('models', 'list')).toMatchObject([{ id: model, baseModel: 'scratch-tiny' }])
    const asked = ['--max-tokens', '4', '--temperature', '0', '--seed', '1']
    const [reply] = await json('chat', reference, 'What is 1 plus one?', ...asked)
    expect(reply).toMatchObject({ model: reference, text: expect.any(String), finish: expect.any(String) })
    const piped = await anytune(['chat', model, ...asked], { cwd, input: 'What is 1 plus one?\n' })
    expect(piped).toMatchObject({ code: 0, stdout: `${String(reply?.['text'])}\n` })

    await json('models', 'delete', model, '--yes')
    expect((await anytune(['chat', model, 'Still there?'], { cwd })).code).toBe(9)
  })

  it('goes on training when nobody watches, and can be paused, resumed and cancelled by others', async () => {
    const cwd = await folder({ 'train.jsonl': rows(12) })
    await anytune(['init', '--yes'], { cwd })
    const request = ['--model', 'scratch-tiny', '--epochs', '1000', '--yes', '--json']
    const watcher = start(['tune', 'train.jsonl', ...request], { cwd })
    const exited = new Promise((resolve) => watcher.on('exit', resolve))
    await told(watcher.stdout, /"type":"metrics"/)
    const interrupted = told(watcher.stdout, /"interrupted":\{.*\}/)
    watcher.kill('SIGINT')
    const last = jsonLines(await interrupted).at(-1)
    const { run } = last!['interrupted'] as { run: string }
    expect(await exited).toBe(130)

    const status = async () => JSON.parse((await anytune(['runs', 'show', run, '--json'], { cwd })).stdout).job.status
    expect(await status()).toBe('running')
    const { job } = JSON.parse((await anytune(['runs', 'show', run, '--json'], { cwd })).stdout)
    expect((await anytune(['jobs', 'pause', job.id], { cwd })).code).toBe(0)
    await expect.poll(status, { timeout: 20_000 }).toBe('paused')
    const resumed = await anytune(['runs', 'resume', run, '--detach', '--json'], { cwd })
    expect(resumed.code).toBe(0)
    await expect.poll(status, { timeout: 20_000 }).toBe('running')
    expect((await anytune(['runs', 'cancel', run], { cwd })).code).toBe(0)
    await expect.poll(status, { timeout: 20_000 }).toBe('cancelled')
    expect((await anytune(['runs', 'watch', run], { cwd })).code).toBe(8)
  })

  it('refuses an empty question', async () => {
    const cwd = await folder()
    await anytune(['init', '--yes'], { cwd })
    const { code, stderr } = await anytune(['chat', 'any'], { cwd, input: ' \n' })
    expect(code).toBe(3)
    expect(stderr).toContain('no message')
    expect((await anytune(['chat', 'any', ' \t'], { cwd })).code).toBe(3)
  })
})

function isMetrics(event: unknown): event is Record<string, unknown> {
  return typeof event === 'object' && event !== null && 'type' in event && event.type === 'metrics'
}
