/**
 * Two figures that hold across machines: how many times faster the engine trains than plain JavaScript in the same process,
 * and how long the event loop of the calling thread is held up while a training runs beside it.
 *
 *   node --conditions=@anytune/source packages/trainer/bench/training.ts [--json]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Batch } from '../src/engine/engine.ts'
import { createJaxEngine } from '../src/engine/jax-engine.ts'
import { initialWeights, parameterCount, type ModelSize } from '../src/engine/parameters.ts'
import { train } from '../src/index.ts'
import { createRandom } from '../src/random.ts'
import { zeroWeights } from '../src/store/model-files.ts'
import { fruitOrders } from '../test/helpers.ts'
import { createPlainTrainer } from './plain-trainer.ts'

const size: ModelSize = { layers: 2, width: 128, heads: 4, contextTokens: 512, vocabulary: 1024 }
const shape = { rows: 6, length: 128, slots: 32 }
const tokensPerStep = shape.rows * shape.length
const rounds = 3

interface Delay {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

const throughput = await measureThroughput()
const idle = await measureDelay(() => sleep(3000))
const training = await measureDelay(trainBeside)
report()

/** Interleaved rounds, the best of each: a neighbour's load then hits both alike. */
async function measureThroughput() {
  const batch = randomBatch()
  const weights = initialWeights(size, createRandom(1))
  const engine = await createJaxEngine(size)
  engine.load({ step: 0, weights, firstMoments: zeroWeights(size), secondMoments: zeroWeights(size) })
  const plain = createPlainTrainer(size, weights)
  const agreement = Math.abs(engine.evaluate(batch) - plain.step(batch, 0))
  engine.step([batch], 1e-3, 1)
  const times = { engine: Infinity, plain: Infinity }
  for (let round = 0; round < rounds; round++) {
    times.engine = Math.min(
      times.engine,
      timed(3, () => engine.step([batch], 1e-3, round)),
    )
    times.plain = Math.min(
      times.plain,
      timed(1, () => plain.step(batch, 1e-3)),
    )
  }
  engine.dispose()
  return {
    engine: tokensPerStep / times.engine,
    plain: tokensPerStep / times.plain,
    ratio: times.plain / times.engine,
    agreement,
  }
}

function timed(count: number, work: () => unknown): number {
  const start = performance.now()
  for (let index = 0; index < count; index++) work()
  return (performance.now() - start) / 1000 / count
}

function randomBatch(): Batch {
  const random = createRandom(2)
  const whole = (count: number, below: number) =>
    Int32Array.from({ length: count }, () => Math.floor(random.next() * below))
  const slots = shape.rows * shape.slots
  return {
    ...shape,
    ids: whole(tokensPerStep, size.vocabulary),
    seesFrom: new Int32Array(tokensPerStep),
    seesTo: Int32Array.from({ length: tokensPerStep }, (_, index) => index % shape.length),
    positions: whole(slots, shape.length),
    targets: whole(slots, size.vocabulary),
    weights: new Float32Array(slots).fill(1 / slots),
  }
}

async function trainBeside(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'anytune-bench-'))
  try {
    const hyperparameters = { epochs: 6, batchSize: 16 }
    await train({ directory, baseModel: 'scratch-small', training: fruitOrders(240), hyperparameters, seed: 1 })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** What timers of this thread wait beyond their resolution while the work goes on. */
async function measureDelay(work: () => Promise<unknown>): Promise<Delay> {
  const histogram = monitorEventLoopDelay({ resolution: 5 })
  histogram.enable()
  await work()
  histogram.disable()
  const milliseconds = (nanoseconds: number) => Math.round(nanoseconds / 1e4) / 100
  return {
    p50Ms: milliseconds(histogram.percentile(50)),
    p99Ms: milliseconds(histogram.percentile(99)),
    maxMs: milliseconds(histogram.max),
  }
}

function report(): void {
  const { engine, plain, ratio, agreement } = throughput
  if (process.argv.includes('--json')) {
    const rounded = {
      ratio: Number(ratio.toFixed(2)),
      engineTokensPerSecond: Math.round(engine),
      plainTokensPerSecond: Math.round(plain),
    }
    console.log(
      JSON.stringify({
        node: process.version,
        parameters: parameterCount(size),
        ...rounded,
        lossDifference: agreement,
        idle,
        training,
      }),
    )
    return
  }
  const delay = ({ p50Ms, p99Ms, maxMs }: Delay) => `p50 ${p50Ms} ms, p99 ${p99Ms} ms, max ${maxMs} ms`
  console.log(`node ${process.version}, ${parameterCount(size)} parameters, ${tokensPerStep} tokens a step`)
  console.log(`engine                  ${engine.toFixed(0)} tokens/s`)
  console.log(`plain JavaScript        ${plain.toFixed(0)} tokens/s`)
  console.log(`ratio                   ${ratio.toFixed(2)}`)
  console.log(`event loop, idle        ${delay(idle)} (timer resolution 5 ms)`)
  console.log(`event loop, training    ${delay(training)}`)
}
