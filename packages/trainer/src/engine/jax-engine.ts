import { init, numpy as np, tree, type Array as JaxArray } from '@jax-js/jax'
import { recipe } from '../recipe.ts'
import { rotationTable, type RotationTable } from '../rotation.ts'
import type { Batch, Engine } from './engine.ts'
import { dropoutCount, type Arrays, type BatchArrays, type Lookers } from './jax-model.ts'
import { compilePrograms } from './jax-programs.ts'
import { parameterShapes, type ModelSize, type Weights } from './parameters.ts'

/**
 * The engine on `@jax-js/jax`, whose kernels are WebAssembly SIMD.
 * Its arrays have move semantics: every use consumes one reference, `.ref` takes another.
 * It computes synchronously, so it belongs in a worker thread.
 */
export async function createJaxEngine(size: ModelSize): Promise<Engine> {
  await init('wasm')
  const programs = compilePrograms(size)
  let weights: Arrays = {}
  let first: Arrays = {}
  let second: Arrays = {}
  let steps = 0
  const dispose = () => {
    for (const arrays of [weights, first, second]) tree.dispose(arrays)
  }
  return {
    load(state) {
      dispose()
      weights = upload(state.weights)
      first = upload(state.firstMoments)
      second = upload(state.secondMoments)
      steps = state.step
    },
    step(batches, learningRate, dropoutKey) {
      let gradient = zeros(size)
      let loss = 0
      for (const [part, batch] of batches.entries()) {
        const sums = programs.accumulate(tree.ref(weights), gradient, uploadBatch(batch, size, dropoutKey + part))
        gradient = sums.gradient
        loss += readNumber(sums.loss)
      }
      steps++
      const updated = programs.update({
        weights,
        first,
        second,
        gradient,
        rate: np.array(learningRate),
        firstCorrection: np.array(1 / (1 - recipe.firstDecay ** steps)),
        secondCorrection: np.array(1 / (1 - recipe.secondDecay ** steps)),
      })
      weights = updated.weights
      first = updated.first
      second = updated.second
      return { loss, gradientNorm: readNumber(updated.norm) }
    },
    evaluate: (batch) => readNumber(programs.evaluate(tree.ref(weights), uploadBatch(batch, size, 0))),
    export: () => ({
      step: steps,
      weights: download(weights, size),
      firstMoments: download(first, size),
      secondMoments: download(second, size),
    }),
    dispose() {
      dispose()
      for (const program of Object.values(programs)) program.dispose()
    },
  }
}

function upload(weights: Weights): Arrays {
  return Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [name, np.array(data.slice(), { shape: [...shape] })]),
  )
}

function download(arrays: Arrays, size: ModelSize): Weights {
  const entries = parameterShapes(size).map(([name, shape]) => {
    const data = arrays[name]?.ref.dataSync()
    if (!(data instanceof Float32Array)) throw new TypeError(`The engine holds no ${name}.`)
    return [name, { shape, data: data.slice() }] as const
  })
  return Object.fromEntries(entries)
}

function zeros(size: ModelSize): Arrays {
  return Object.fromEntries(parameterShapes(size).map(([name, shape]) => [name, np.zeros([...shape])]))
}

function uploadBatch(batch: Batch, size: ModelSize, dropoutKey: number): BatchArrays {
  const { rows, length, slots } = batch
  const count = dropoutCount(size)
  const keys = Uint32Array.from({ length: 2 * count }, (_, index) => (index % 2 === 0 ? dropoutKey : index))
  const rotation = rotationTable(length, size.width / size.heads)
  return {
    ids: integers(batch.ids, [rows, length]),
    positions: integers(batch.positions, [rows, slots]),
    targets: integers(batch.targets, [rows, slots]),
    weights: np.array(batch.weights, { shape: [rows, slots] }),
    tokens: {
      seesFrom: integers(batch.seesFrom, [rows, length]),
      seesTo: integers(batch.seesTo, [rows, length]),
      cosines: np.array(rotation.cosines, { shape: [1, 1, length, rotation.half] }),
      sines: np.array(rotation.sines, { shape: [1, 1, length, rotation.half] }),
    },
    slots: uploadSlots(batch, rotation),
    dropoutKeys: np.array(keys, { shape: [count, 2], dtype: np.uint32 }),
  }
}

/** The tokens at the slots: the same spans and angles, looked up here since gathers are slow on the device. */
function uploadSlots({ rows, length, slots, positions, seesFrom, seesTo }: Batch, rotation: RotationTable): Lookers {
  const { half, cosines, sines } = rotation
  const spanOf = (spans: Int32Array) =>
    integers(
      positions.map((position, slot) => spans[Math.floor(slot / slots) * length + position] ?? 0),
      [rows, slots],
    )
  const anglesOf = (angles: Float32Array) => {
    const picked = new Float32Array(positions.length * half)
    for (const [slot, position] of positions.entries())
      picked.set(angles.subarray(position * half, (position + 1) * half), slot * half)
    return np.array(picked, { shape: [rows, 1, slots, half] })
  }
  return { seesFrom: spanOf(seesFrom), seesTo: spanOf(seesTo), cosines: anglesOf(cosines), sines: anglesOf(sines) }
}

function integers(data: Int32Array<ArrayBuffer>, shape: number[]): JaxArray {
  return np.array(data, { shape, dtype: np.int32 })
}

function readNumber(scalar: JaxArray): number {
  return scalar.item()
}
