import { layerName, type LayerPart, type ModelSize, type Weights } from '../engine/parameters.ts'
import { addInto, gain, multiply, normalize, squaredRelu } from './arithmetic.ts'
import { rotationTable, rotateHeads } from '../rotation.ts'

/** A model that reads a conversation piece by piece and remembers what it has read. */
export interface Decoder {
  /** Tokens read so far. */
  readonly length: number
  /** Reads tokens that may all see each other (a prompt) or only their past, and returns the logits that follow the last one. */
  read(ids: ArrayLike<number>, seeEachOther: boolean): Float32Array
}

interface LayerMemory {
  readonly keys: Float32Array
  readonly values: Float32Array
}

/** A decoder over these weights with room for `capacity` tokens; each call starts a new conversation. */
export function createDecoder(size: ModelSize, weights: Weights, capacity: number): Decoder {
  const { width, layers } = size
  const embedding = valuesOf(weights, 'embedding')
  const memories = Array.from({ length: layers }, (): LayerMemory => ({
    keys: new Float32Array(capacity * width),
    values: new Float32Array(capacity * width),
  }))
  const rotation = rotationTable(capacity, width / size.heads)
  let length = 0
  return {
    get length() {
      return length
    },
    read(ids, seeEachOther) {
      const count = ids.length
      const hidden = new Float32Array(count * width)
      for (let index = 0; index < count; index++) {
        const row = (ids[index] ?? 0) * width
        for (let column = 0; column < width; column++) {
          hidden[index * width + column] = embedding[row + column] ?? 0
        }
      }
      for (const [layer, memory] of memories.entries()) {
        const part = (name: LayerPart) => valuesOf(weights, layerName(layer, name))
        attend({ size, part, memory, rotation, start: length, count, seeEachOther }, hidden)
        think(size, part, hidden, count)
      }
      length += count
      const last = normalize(hidden.subarray((count - 1) * width), width)
      gain(last, valuesOf(weights, 'finalNorm'))
      return scoreAll(last, embedding, size)
    },
  }
}

interface AttentionStep {
  readonly size: ModelSize
  readonly part: (name: LayerPart) => Float32Array
  readonly memory: LayerMemory
  readonly rotation: ReturnType<typeof rotationTable>
  readonly start: number
  readonly count: number
  readonly seeEachOther: boolean
}

function attend(step: AttentionStep, hidden: Float32Array): void {
  const { size, part, memory, rotation, start, count, seeEachOther } = step
  const { width, heads } = size
  const input = normalize(hidden, width)
  gain(input, part('attentionNorm'))
  const queries = multiply(input, part('query'), width, width)
  const keys = multiply(input, part('key'), width, width)
  rotateHeads(queries, rotation, start, width, heads)
  rotateHeads(keys, rotation, start, width, heads)
  memory.keys.set(keys, start * width)
  memory.values.set(multiply(input, part('value'), width, width), start * width)
  const mixed = new Float32Array(count * width)
  for (let token = 0; token < count; token++) {
    const visible = seeEachOther ? start + count : start + token + 1
    for (let head = 0; head < heads; head++) mixHead(memory, queries, mixed, { token, head, visible, size })
  }
  addInto(hidden, multiply(mixed, part('attentionOut'), width, width))
}

interface HeadStep {
  readonly token: number
  readonly head: number
  readonly visible: number
  readonly size: ModelSize
}

function mixHead(memory: LayerMemory, queries: Float32Array, mixed: Float32Array, step: HeadStep): void {
  const { width, heads } = step.size
  const headWidth = width / heads
  const offset = step.token * width + step.head * headWidth
  const scores = new Float32Array(step.visible)
  let highest = -Infinity
  for (let other = 0; other < step.visible; other++) {
    const key = other * width + step.head * headWidth
    let sum = 0
    for (let index = 0; index < headWidth; index++)
      sum += (queries[offset + index] ?? 0) * (memory.keys[key + index] ?? 0)
    const score = sum / Math.sqrt(headWidth)
    scores[other] = score
    if (score > highest) highest = score
  }
  let total = 0
  for (let other = 0; other < step.visible; other++) {
    const share = Math.exp((scores[other] ?? 0) - highest)
    scores[other] = share
    total += share
  }
  for (let other = 0; other < step.visible; other++) {
    const share = (scores[other] ?? 0) / total
    const value = other * width + step.head * headWidth
    for (let index = 0; index < headWidth; index++) {
      mixed[offset + index] = (mixed[offset + index] ?? 0) + share * (memory.values[value + index] ?? 0)
    }
  }
}

function think({ width }: ModelSize, part: AttentionStep['part'], hidden: Float32Array, count: number): void {
  const input = normalize(hidden.subarray(0, count * width), width)
  gain(input, part('mlpNorm'))
  const inner = multiply(input, part('mlpIn'), width, 4 * width)
  squaredRelu(inner)
  addInto(hidden, multiply(inner, part('mlpOut'), 4 * width, width))
}

function scoreAll(output: Float32Array, embedding: Float32Array, { width, vocabulary }: ModelSize): Float32Array {
  const logits = new Float32Array(vocabulary)
  for (let id = 0; id < vocabulary; id++) {
    let sum = 0
    for (let index = 0; index < width; index++) sum += (output[index] ?? 0) * (embedding[id * width + index] ?? 0)
    logits[id] = sum
  }
  return logits
}

function valuesOf(weights: Weights, name: string): Float32Array {
  const tensor = weights[name]
  if (tensor === undefined) throw new RangeError(`The weights lack ${name}.`)
  return tensor.data
}
