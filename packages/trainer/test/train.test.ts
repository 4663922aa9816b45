import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { createJaxEngine } from '../src/engine/jax-engine.ts'
import { loadModel, readHistory, train, type TrainingEvent, type TrainingRequest } from '../src/index.ts'
import { diskWriter, type FileWriter } from '../src/store/files.ts'
import { runTraining } from '../src/training-loop.ts'
import { fruitOrders, withDirectory } from './helpers.ts'

// Each training starts a thread and compiles its kernels; a busy machine takes many seconds for it.
vi.setConfig({ testTimeout: 60_000 })

function requestIn(directory: string, changes: Partial<TrainingRequest> = {}): TrainingRequest {
  return {
    directory,
    baseModel: 'scratch-tiny',
    training: fruitOrders(24),
    validation: fruitOrders(4, 2),
    hyperparameters: { epochs: 4, batchSize: 8 },
    seed: 11,
    ...changes,
  }
}

const lossesOf = (events: readonly TrainingEvent[]) =>
  events.flatMap((event) => (event.type === 'step' || event.type === 'validation' ? event.loss : []))

async function trainWhole(directory: string, changes?: Partial<TrainingRequest>) {
  const events: TrainingEvent[] = []
  const result = await train(requestIn(directory, changes), { onEvent: (event) => events.push(event) })
  return { events, result }
}

/** Runs in this thread with a writer of the test's choice. */
function trainHere(request: TrainingRequest, writer: FileWriter, events: TrainingEvent[] = [], stopAfter = Infinity) {
  return runTraining(request, {
    checkpointEverySteps: 3,
    writer,
    createEngine: createJaxEngine,
    emit: (event) => void events.push(event),
    stopRequested: () => events.filter(({ type }) => type === 'step').length >= stopAfter,
  })
}

describe('a training', () => {
  it('learns the examples it is given and answers ones it has not seen', () =>
    withDirectory(async (directory) => {
      const { events, result } = await trainWhole(directory, {
        training: fruitOrders(120),
        hyperparameters: { epochs: 16, batchSize: 8 },
      })
      const model = await loadModel(result.modelDirectory)
      const unseen = fruitOrders(12, 99)
      let right = 0
      for (const { messages } of unseen) {
        let answer = ''
        for await (const piece of model.generate(messages.slice(0, 1), { maxTokens: 40 })) answer += piece
        if (answer === messages[1]!.content) right++
      }
      expect(right).toBeGreaterThanOrEqual(11)
      expect(result.finalLoss).toBeLessThan(0.2)
      expect(result.validationLoss).toBeLessThan(0.2)
      expect(events[0]).toMatchObject({ type: 'started', totalSteps: 240, epochs: 16 })
      expect(events.filter(({ type }) => type === 'step')).toHaveLength(240)
      expect(events.filter(({ type }) => type === 'validation')).toHaveLength(16)
    }))

  it('leaves a model of three standard files and at most two checkpoints', () =>
    withDirectory(async (directory) => {
      const { events, result } = await trainWhole(directory, { hyperparameters: { epochs: 16, batchSize: 8 } })
      expect(readdirSync(result.modelDirectory).sort()).toEqual([
        'config.json',
        'model.safetensors',
        'progress.json',
        'tokenizer.json',
      ])
      expect(readdirSync(join(directory, 'checkpoints')).sort()).toEqual(['step-30', 'step-40'])
      expect(events.flatMap((event) => (event.type === 'checkpoint' ? event.step : []))).toEqual([10, 20, 30, 40])
      const model = await loadModel(join(directory, 'checkpoints', 'step-40'))
      expect(model.baseModel).toBe('scratch-tiny')
    }))

  it('is the same for the same seed and another for another', () =>
    withDirectory(async (directory) => {
      const runs = []
      for (const [name, seed] of [
        ['a', 1],
        ['b', 1],
        ['c', 2],
      ] as const)
        runs.push(await trainWhole(join(directory, name), { seed }))
      expect(lossesOf(runs[0]!.events)).toEqual(lossesOf(runs[1]!.events))
      expect(lossesOf(runs[0]!.events)).not.toEqual(lossesOf(runs[2]!.events))
    }))

  it('runs beside another in another directory without touching it', () =>
    withDirectory(async (directory) => {
      const [one, other] = await Promise.all([
        trainWhole(join(directory, 'a')),
        trainWhole(join(directory, 'b'), { seed: 12 }),
      ])
      const alone = await trainWhole(join(directory, 'c'))
      expect(lossesOf(one.events)).toEqual(lossesOf(alone.events))
      expect(lossesOf(other.events)).not.toEqual(lossesOf(alone.events))
    }))

  it('goes on from an earlier model with its tokenizer', () =>
    withDirectory(async (directory) => {
      const hyperparameters = { epochs: 12, batchSize: 8 }
      const first = await trainWhole(join(directory, 'first'), { hyperparameters })
      const { baseModel } = { baseModel: first.result.modelDirectory }
      const second = await trainWhole(join(directory, 'second'), {
        baseModel,
        hyperparameters,
        training: [
          ...fruitOrders(24),
          {
            messages: [
              { role: 'user', content: 'ελληνικά' },
              { role: 'assistant', content: '好 👍' },
            ],
          },
        ],
      })
      const losses = lossesOf(second.events)
      expect(losses[0]).toBeLessThan(lossesOf(first.events)[0]! / 2)
      expect(readFileSync(join(second.result.modelDirectory, 'tokenizer.json'), 'utf8')).toBe(
        readFileSync(join(first.result.modelDirectory, 'tokenizer.json'), 'utf8'),
      )
    }))
})

describe('an interrupted training', () => {
  it('gives the losses of an uninterrupted one after an abort, and its reason', () =>
    withDirectory(async (directory) => {
      const whole = await trainWhole(join(directory, 'whole'))
      const request = requestIn(join(directory, 'stopped'))
      const controller = new AbortController()
      const reason = new Error('the user pressed Ctrl-C')
      const before: TrainingEvent[] = []
      const stopped = train(request, {
        signal: controller.signal,
        onEvent: (event) => {
          before.push(event)
          if (event.type === 'step' && event.step === 5) controller.abort(reason)
        },
      })
      await expect(stopped).rejects.toBe(reason)
      const checkpoint = before.at(-1)!
      expect(checkpoint.type).toBe('checkpoint')
      const after: TrainingEvent[] = []
      const result = await train(request, { onEvent: (event) => after.push(event) })
      expect(after[0]).toMatchObject({
        type: 'started',
        resumedFromStep: checkpoint.type === 'checkpoint' && checkpoint.step,
      })
      expect([...lossesOf(before), ...lossesOf(after)]).toEqual(lossesOf(whole.events))
      expect(result).toMatchObject({
        finalLoss: whole.result.finalLoss,
        trainedTokens: whole.result.trainedTokens,
        steps: 12,
      })
      expect(lossesOf(await readHistory(request.directory))).toEqual(lossesOf(whole.events))
    }))

  it('goes on to the same losses after kill -9, whenever it comes', () =>
    withDirectory(async (directory) => {
      const whole = await trainWhole(join(directory, 'whole'))
      const script = join(directory, 'child.ts')
      const request = requestIn(join(directory, 'killed'))
      writeFileSync(join(directory, 'request.json'), JSON.stringify(request))
      writeFileSync(script, childProgram(join(directory, 'request.json')))
      for (const killAfter of [4, 9]) await killAfterSteps(script, killAfter)
      expect(existsSync(join(request.directory, 'model'))).toBe(false)
      const after: TrainingEvent[] = []
      await train(request, { onEvent: (event) => after.push(event), checkpointEverySteps: 2 })
      expect(after[0]).toMatchObject({ type: 'started', resumedFromStep: 8 })
      const history = await readHistory(request.directory)
      for (const [index, loss] of lossesOf(history).entries())
        expect(loss).toBeCloseTo(lossesOf(whole.events)[index]!, 5)
      expect(lossesOf(history)).toHaveLength(lossesOf(whole.events).length)
    }))

  it('returns a finished model at once when it is asked again', () =>
    withDirectory(async (directory) => {
      const first = await trainWhole(directory)
      const second = await trainWhole(directory)
      expect(second.result).toEqual(first.result)
      expect(second.events).toMatchObject([{ type: 'started', resumedFromStep: 12 }])
    }))

  it('refuses a directory of another request', () =>
    withDirectory(async (directory) => {
      await trainWhole(directory)
      await expect(trainWhole(directory, { seed: 12 })).rejects.toMatchObject({ code: 'directory-in-use' })
      await expect(trainWhole(directory, { training: fruitOrders(23) })).rejects.toMatchObject({
        code: 'directory-in-use',
      })
    }))
})

describe('a full disk', () => {
  it('fails a checkpoint clearly, leaves the one before, and training goes on from it', () =>
    withDirectory(async (directory) => {
      const whole: TrainingEvent[] = []
      await trainHere(requestIn(join(directory, 'whole')), diskWriter, whole)
      const request = requestIn(join(directory, 'full'))
      const failing = failAfter(7)
      await expect(trainHere(request, failing)).rejects.toMatchObject({
        code: 'write-failed',
        message: expect.stringContaining('the disk is full'),
      })
      expect(readdirSync(join(request.directory, 'checkpoints'))).toEqual(['step-3'])
      await trainHere(request, diskWriter)
      expect(lossesOf(await readHistory(request.directory))).toEqual(lossesOf(whole))
    }))
})

describe('a training that cannot run', () => {
  it.each([
    ['an unknown base model', { baseModel: 'nothing-here' }, 'invalid-request'],
    ['no examples', { training: [] }, 'invalid-request'],
    ['a batch size of 0', { hyperparameters: { batchSize: 0 } }, 'invalid-request'],
    ['half an epoch', { hyperparameters: { epochs: 0.5 } }, 'invalid-request'],
    [
      'an example without an answer',
      { training: [{ messages: [{ role: 'user', content: 'secret' }] }] },
      'invalid-example',
    ],
    [
      'an example that is too long',
      { validation: [{ messages: [{ role: 'assistant', content: 'secret '.repeat(400) }] }] },
      'example-too-long',
    ],
  ] as const)('rejects %s with a reason that shows no content', (_, changes, code) =>
    withDirectory(async (directory) => {
      const error: unknown = await trainWhole(directory, changes).catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code, message: expect.not.stringContaining('secret') })
    }),
  )

  it('rejects with what the listener threw', () =>
    withDirectory(async (directory) => {
      const broken = train(requestIn(directory), {
        onEvent: () => {
          throw new Error('listener broke')
        },
      })
      await expect(broken).rejects.toThrow('listener broke')
    }))

  it('rejects at once when it is aborted before it starts', () =>
    withDirectory(async (directory) => {
      const aborted = train(requestIn(join(directory, 'x')), { signal: AbortSignal.abort('no') })
      await expect(aborted).rejects.toBe('no')
      expect(existsSync(join(directory, 'x'))).toBe(false)
    }))

  it('rejects when its directory cannot be made', () =>
    withDirectory(async (directory) => {
      writeFileSync(join(directory, 'file'), '')
      await expect(trainWhole(join(directory, 'file', 'x'))).rejects.toMatchObject({ name: 'TrainerError' })
    }))
})

describe('a training thread that dies', () => {
  it.each([
    ['exits', 'process.exit(3)', 'The training thread ended without a result.'],
    ['throws while it starts', "throw new Error('no luck')", 'The training thread failed: no luck'],
  ])('rejects without hanging when it %s', (_, statement, message) =>
    withDirectory(async (directory) => {
      const script = join(directory, 'child.ts')
      const index = new URL('../src/index.ts', import.meta.url).href
      writeFileSync(
        script,
        `import { train } from ${JSON.stringify(index)}
         const request = ${JSON.stringify(requestIn(join(directory, 'x')))}
         await train(request).catch(({ code, message }) => process.stdout.write(JSON.stringify({ code, message })))`,
      )
      const saboteur = `import { isMainThread } from 'node:worker_threads'; if (!isMainThread) ${statement}`
      const hook = `data:text/javascript,${encodeURIComponent(saboteur)}`
      const child = spawn(process.execPath, ['--conditions=@anytune/source', '--import', hook, script], {
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      let output = ''
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
      await once(child, 'close')
      expect(JSON.parse(output)).toEqual({ code: 'worker-failed', message })
    }),
  )
})

/** Fails like a full disk from this write on, after part of the content is written. */
function failAfter(writes: number): FileWriter {
  let count = 0
  return {
    async write(path, content) {
      if (++count <= writes) return diskWriter.write(path, content)
      writeFileSync(path, content.slice(0, content.length / 2))
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    },
  }
}

function childProgram(requestFile: string): string {
  return `
import { readFileSync } from 'node:fs'
import { train } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)}
await train(JSON.parse(readFileSync(${JSON.stringify(requestFile)}, 'utf8')), {
  checkpointEverySteps: 2,
  onEvent: (event) => process.stdout.write(JSON.stringify(event) + '\\n'),
})
`
}

async function killAfterSteps(script: string, step: number): Promise<void> {
  const child = spawn(process.execPath, ['--conditions=@anytune/source', script], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let seen = ''
  child.stdout.on('data', (chunk: Buffer) => {
    seen += chunk.toString()
    if (seen.includes(`"type":"step","step":${step},`)) child.kill('SIGKILL')
  })
  const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  expect(signal).toBe('SIGKILL')
}
