/**
 * The model's loss and gradient in plain loops, derived by hand and sharing no arithmetic with the engine:
 * the yardstick for `jax-engine.ts` and, in bench/, for its speed. Double precision, no dropout.
 */
import type { Batch } from '../../src/engine/engine.ts'
import { layerName, parameterShapes, type ModelSize, type Weights } from '../../src/engine/parameters.ts'
import { recipe } from '../../src/recipe.ts'

export type Values = Record<string, Float64Array>

export function toValues(weights: Weights): Values {
  return Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, Float64Array.from(data)]))
}

export function zerosLike(values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([name, data]) => [name, new Float64Array(data.length)]))
}

/** The weighted loss of a batch; adds its gradient to `gradient` when one is given. */
export function lossAndGradient(size: ModelSize, weights: Values, batch: Batch, gradient?: Values): number {
  let loss = 0
  for (let row = 0; row < batch.rows; row++) loss += rowLoss(size, weights, batch, row, gradient)
  return loss
}

function rowLoss(size: ModelSize, weights: Values, batch: Batch, row: number, gradient?: Values): number {
  const { width, layers, vocabulary } = size
  const length = batch.length
  const at = (name: string) => weights[name]!
  const grad = (name: string) => gradient![name]!
  const ids = batch.ids.subarray(row * length, (row + 1) * length)
  const hidden = new Float64Array(length * width)
  for (let t = 0; t < length; t++) {
    for (let d = 0; d < width; d++) hidden[t * width + d] = at('embedding')[ids[t]! * width + d]!
  }
  const backs: ((dHidden: Float64Array) => void)[] = []
  for (let layer = 0; layer < layers; layer++) {
    backs.push(attentionBlock(size, weights, batch, row, layer, hidden, gradient))
    backs.push(mlpBlock(size, weights, length, layer, hidden, gradient))
  }
  const { output, back: normBack } = normalize(hidden, at('finalNorm'), width)
  const dOutput = new Float64Array(length * width)
  let loss = 0
  for (let slot = 0; slot < batch.slots; slot++) {
    const index = row * batch.slots + slot
    const weight = batch.weights[index]!
    if (weight === 0) continue
    const offset = batch.positions[index]! * width
    const logits = new Float64Array(vocabulary)
    for (let id = 0; id < vocabulary; id++) {
      let sum = 0
      for (let d = 0; d < width; d++) sum += output[offset + d]! * at('embedding')[id * width + d]!
      logits[id] = sum
    }
    const highest = Math.max(...logits)
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0)
    loss += weight * (highest + Math.log(total) - logits[batch.targets[index]!]!)
    if (gradient === undefined) continue
    for (let id = 0; id < vocabulary; id++) {
      const share = Math.exp(logits[id]! - highest) / total
      const dLogit = weight * (share - (id === batch.targets[index] ? 1 : 0))
      for (let d = 0; d < width; d++) {
        dOutput[offset + d]! += dLogit * at('embedding')[id * width + d]!
        grad('embedding')[id * width + d]! += dLogit * output[offset + d]!
      }
    }
  }
  if (gradient === undefined) return loss
  const dHidden = new Float64Array(length * width)
  normBack(dOutput, dHidden, grad('finalNorm'))
  for (const back of backs.reverse()) back(dHidden)
  for (let t = 0; t < length; t++) {
    for (let d = 0; d < width; d++) grad('embedding')[ids[t]! * width + d]! += dHidden[t * width + d]!
  }
  return loss
}

/** Adds attention to `hidden`; the returned function carries the gradient back through it. */
function attentionBlock(
  { width, heads }: ModelSize,
  weights: Values,
  batch: Batch,
  row: number,
  layer: number,
  hidden: Float64Array,
  gradient?: Values,
) {
  const length = batch.length
  const headWidth = width / heads
  const name = (part: Parameters<typeof layerName>[1]) => layerName(layer, part)
  const { output: input, back: normBack } = normalize(hidden, weights[name('attentionNorm')]!, width)
  const q = multiply(input, weights[name('query')]!, width)
  const k = multiply(input, weights[name('key')]!, width)
  const v = multiply(input, weights[name('value')]!, width)
  rotate(q, headWidth, width, 1)
  rotate(k, headWidth, width, 1)
  const shares = new Float64Array(heads * length * length)
  const mixed = new Float64Array(length * width)
  const span = (t: number) => [batch.seesFrom[row * length + t]!, batch.seesTo[row * length + t]!] as const
  for (let head = 0; head < heads; head++) {
    for (let t = 0; t < length; t++) {
      const [from, to] = span(t)
      const base = (head * length + t) * length
      let total = 0
      for (let s = from; s <= to; s++) {
        let score = 0
        for (let d = head * headWidth; d < (head + 1) * headWidth; d++) score += q[t * width + d]! * k[s * width + d]!
        shares[base + s] = Math.exp(score / Math.sqrt(headWidth))
        total += shares[base + s]!
      }
      for (let s = from; s <= to; s++) {
        shares[base + s]! /= total
        for (let d = head * headWidth; d < (head + 1) * headWidth; d++)
          mixed[t * width + d]! += shares[base + s]! * v[s * width + d]!
      }
    }
  }
  addInto(hidden, multiply(mixed, weights[name('attentionOut')]!, width))
  return (dHidden: Float64Array) => {
    const dMixed = multiplyBack(mixed, weights[name('attentionOut')]!, dHidden, width, gradient![name('attentionOut')]!)
    const dq = new Float64Array(length * width)
    const dk = new Float64Array(length * width)
    const dv = new Float64Array(length * width)
    for (let head = 0; head < heads; head++) {
      for (let t = 0; t < length; t++) {
        const [from, to] = span(t)
        const base = (head * length + t) * length
        const dShares = new Float64Array(length)
        let inner = 0
        for (let s = from; s <= to; s++) {
          for (let d = head * headWidth; d < (head + 1) * headWidth; d++) {
            dShares[s]! += dMixed[t * width + d]! * v[s * width + d]!
            dv[s * width + d]! += dMixed[t * width + d]! * shares[base + s]!
          }
          inner += dShares[s]! * shares[base + s]!
        }
        for (let s = from; s <= to; s++) {
          const dScore = (shares[base + s]! * (dShares[s]! - inner)) / Math.sqrt(headWidth)
          for (let d = head * headWidth; d < (head + 1) * headWidth; d++) {
            dq[t * width + d]! += dScore * k[s * width + d]!
            dk[s * width + d]! += dScore * q[t * width + d]!
          }
        }
      }
    }
    rotate(dq, headWidth, width, -1)
    rotate(dk, headWidth, width, -1)
    const dInput = multiplyBack(input, weights[name('query')]!, dq, width, gradient![name('query')]!)
    addInto(dInput, multiplyBack(input, weights[name('key')]!, dk, width, gradient![name('key')]!))
    addInto(dInput, multiplyBack(input, weights[name('value')]!, dv, width, gradient![name('value')]!))
    normBack(dInput, dHidden, gradient![name('attentionNorm')]!)
  }
}

function mlpBlock(
  { width }: ModelSize,
  weights: Values,
  length: number,
  layer: number,
  hidden: Float64Array,
  gradient?: Values,
) {
  const name = (part: Parameters<typeof layerName>[1]) => layerName(layer, part)
  const { output: input, back: normBack } = normalize(hidden, weights[name('mlpNorm')]!, width)
  const inner = multiply(input, weights[name('mlpIn')]!, width)
  const active = inner.map((value) => Math.max(0, value) ** 2)
  addInto(hidden, multiply(active, weights[name('mlpOut')]!, 4 * width))
  return (dHidden: Float64Array) => {
    const dActive = multiplyBack(active, weights[name('mlpOut')]!, dHidden, 4 * width, gradient![name('mlpOut')]!)
    const dInner = dActive.map((value, index) => value * 2 * Math.max(0, inner[index]!))
    normBack(
      multiplyBack(input, weights[name('mlpIn')]!, dInner, width, gradient![name('mlpIn')]!),
      dHidden,
      gradient![name('mlpNorm')]!,
    )
  }
}

/** Rows over their root mean square times gains; `back` adds to the input's gradient and to the gains'. */
function normalize(rows: Float64Array, gains: Float64Array, width: number) {
  const input = rows.slice()
  const output = new Float64Array(rows.length)
  const scales = new Float64Array(rows.length / width)
  for (let row = 0; row < scales.length; row++) {
    let square = 0
    for (let d = 0; d < width; d++) square += input[row * width + d]! ** 2
    scales[row] = 1 / Math.sqrt(square / width + 1e-6)
    for (let d = 0; d < width; d++) output[row * width + d] = input[row * width + d]! * scales[row]! * gains[d]!
  }
  const back = (dOutput: Float64Array, dInput: Float64Array, dGains: Float64Array) => {
    for (let row = 0; row < scales.length; row++) {
      const scale = scales[row]!
      let inner = 0
      for (let d = 0; d < width; d++) {
        const index = row * width + d
        dGains[d]! += dOutput[index]! * input[index]! * scale
        inner += dOutput[index]! * gains[d]! * input[index]!
      }
      for (let d = 0; d < width; d++) {
        const index = row * width + d
        dInput[index]! += scale * dOutput[index]! * gains[d]! - (scale ** 3 * inner * input[index]!) / width
      }
    }
  }
  return { output, back }
}

function rotate(rows: Float64Array, headWidth: number, width: number, sign: 1 | -1): void {
  const half = headWidth / 2
  for (let index = 0; index < rows.length; index++) {
    const within = index % headWidth
    if (within >= half) continue
    const angle = sign * Math.floor(index / width) * 10_000 ** (-within / half)
    const [low, high] = [rows[index]!, rows[index + half]!]
    rows[index] = low * Math.cos(angle) - high * Math.sin(angle)
    rows[index + half] = low * Math.sin(angle) + high * Math.cos(angle)
  }
}

function multiply(rows: Float64Array, matrix: Float64Array, inputs: number): Float64Array {
  const outputs = matrix.length / inputs
  const result = new Float64Array((rows.length / inputs) * outputs)
  for (let row = 0; row < rows.length / inputs; row++) {
    for (let i = 0; i < inputs; i++) {
      const factor = rows[row * inputs + i]!
      for (let o = 0; o < outputs; o++) result[row * outputs + o]! += factor * matrix[i * outputs + o]!
    }
  }
  return result
}

/** The gradient of the rows; adds that of the matrix to `dMatrix`. */
function multiplyBack(
  rows: Float64Array,
  matrix: Float64Array,
  dResult: Float64Array,
  inputs: number,
  dMatrix: Float64Array,
): Float64Array {
  const outputs = matrix.length / inputs
  const dRows = new Float64Array(rows.length)
  for (let row = 0; row < rows.length / inputs; row++) {
    for (let i = 0; i < inputs; i++) {
      let sum = 0
      for (let o = 0; o < outputs; o++) {
        sum += dResult[row * outputs + o]! * matrix[i * outputs + o]!
        dMatrix[i * outputs + o]! += dResult[row * outputs + o]! * rows[row * inputs + i]!
      }
      dRows[row * inputs + i] = sum
    }
  }
  return dRows
}

function addInto(target: Float64Array, values: Float64Array): void {
  for (let index = 0; index < values.length; index++) target[index]! += values[index]!
}

/** AdamW as the recipe says; changes the weights in place and returns the gradient's norm. */
export function updateWeights(
  size: ModelSize,
  weights: Values,
  gradient: Values,
  moments: { first: Values; second: Values },
  step: number,
  rate: number,
): number {
  const norm = Math.sqrt(
    Object.values(gradient).reduce((sum, values) => sum + values.reduce((part, value) => part + value ** 2, 0), 0),
  )
  const scale = Math.min(1, recipe.largestGradientNorm / norm)
  for (const [name, shape] of parameterShapes(size)) {
    const [w, g, m, v] = [weights[name]!, gradient[name]!, moments.first[name]!, moments.second[name]!]
    const ownRate = rate * (/query|key|mlp(In|Out)/.test(name) ? 0.1 : 1)
    const decay = shape.length > 1 ? recipe.weightDecay : 0
    for (let i = 0; i < w.length; i++) {
      m[i] = recipe.firstDecay * m[i]! + (1 - recipe.firstDecay) * g[i]! * scale
      v[i] = recipe.secondDecay * v[i]! + (1 - recipe.secondDecay) * (g[i]! * scale) ** 2
      const change =
        m[i]! / (1 - recipe.firstDecay ** step) / (Math.sqrt(v[i]! / (1 - recipe.secondDecay ** step)) + 1e-8)
      w[i] = w[i]! * (1 - ownRate * decay) - ownRate * change
    }
  }
  return norm
}
