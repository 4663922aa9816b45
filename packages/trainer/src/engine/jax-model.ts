import { nn, numpy as np, random, tree, type Array as JaxArray } from '@jax-js/jax'
import { recipe } from '../recipe.ts'
import { layerName, type LayerPart, type ModelSize } from './parameters.ts'

/** Device arrays by the name of their weight. */
export type Arrays = Record<string, JaxArray>

/** Tokens that look at a row: what each sees of it and by what angles its position turns it. */
export type Lookers = {
  /** [rows, lookers] */
  seesFrom: JaxArray
  /** [rows, lookers] */
  seesTo: JaxArray
  /** [rows or 1, 1, lookers, headWidth / 2] */
  cosines: JaxArray
  sines: JaxArray
}

/** A batch on the device; fields as in `Batch`, with all tokens as lookers, those at the slots, and one random key per dropout. */
export type BatchArrays = {
  ids: JaxArray
  positions: JaxArray
  targets: JaxArray
  weights: JaxArray
  tokens: Lookers
  slots: Lookers
  dropoutKeys: JaxArray
}

/** Dropouts of a pass: one on the embeddings and two in each layer. */
export function dropoutCount({ layers }: ModelSize): number {
  return 1 + 2 * layers
}

/** [rows * length, vocabulary] with a 1 at each token: looking a token up is a matrix product, since gathers have no gradient here. */
export function oneHotIds(ids: JaxArray, { vocabulary }: ModelSize): JaxArray {
  return nn.oneHot(ids.reshape([-1]), vocabulary)
}

/**
 * The weighted loss of a batch from its embedded tokens [rows * length, width]; consumes its arguments.
 * A pre-norm transformer with rotary positions, squared-ReLU layers and an output tied to the embedding.
 * In the last layer only the slots are carried on: nothing reads the output of the other tokens.
 */
export function lossOf(size: ModelSize, training: boolean) {
  return (weights: Arrays, embedded: JaxArray, batch: BatchArrays): JaxArray => {
    const drop = training && recipe.dropout > 0 ? dropoutWith(batch.dropoutKeys.ref) : (values: JaxArray) => values
    const tokens = { ...batch.tokens, visible: visibility(batch.tokens, batch) }
    const slots = { ...batch.slots, visible: visibility(batch.slots, batch) }
    let hidden = drop(embedded)
    for (let layer = 0; layer < size.layers; layer++) {
      const part = (name: LayerPart) => take(weights, layerName(layer, name))
      const last = layer === size.layers - 1
      const carried = last ? pick(hidden.ref, batch) : hidden.ref
      const input: AttentionInput = {
        seen: normalize(hidden, part('attentionNorm')),
        looking: normalize(carried.ref, part('attentionNorm')),
        lookers: last ? slots : tokens,
        tokens,
      }
      hidden = carried.add(drop(np.matmul(attention(size, part, input), part('attentionOut'))))
      const inner = np.matmul(normalize(hidden.ref, part('mlpNorm')), part('mlpIn'))
      hidden = hidden.add(drop(np.matmul(np.square(nn.relu(inner)), part('mlpOut'))))
    }
    const loss = crossEntropy(size, normalize(hidden, take(weights, 'finalNorm')), take(weights, 'embedding'), batch)
    tree.dispose([tokens.visible, slots.visible, batch, weights])
    return loss
  }
}

interface AttentionInput {
  /** [rows * length, width] */
  readonly seen: JaxArray
  /** [rows * lookers, width] */
  readonly looking: JaxArray
  readonly lookers: Lookers & { readonly visible: JaxArray }
  readonly tokens: Lookers
}

/** The mixed values of all heads, [rows * lookers, width]. */
function attention(size: ModelSize, part: (name: LayerPart) => JaxArray, input: AttentionInput): JaxArray {
  const { seen, looking, lookers, tokens } = input
  const [rows = 0] = tokens.seesTo.shape
  const headWidth = size.width / size.heads
  const heads = (values: JaxArray) => values.reshape([rows, -1, size.heads, headWidth]).transpose([0, 2, 1, 3])
  const queries = rotate(heads(np.matmul(looking, part('query'))), lookers)
  const keys = rotate(heads(np.matmul(seen.ref, part('key'))), tokens)
  const values = heads(np.matmul(seen, part('value')))
  const scores = np.matmul(queries, keys.transpose([0, 1, 3, 2])).mul(1 / Math.sqrt(headWidth))
  const shares = nn.softmax(np.where(lookers.visible.ref, scores, unseen), -1)
  return np.matmul(shares, values).transpose([0, 2, 1, 3]).reshape([-1, size.width])
}

/** [rows, 1, lookers, length]: whether the looker sees the token. */
function visibility({ seesFrom, seesTo }: Lookers, { ids }: BatchArrays): JaxArray {
  const [rows = 0, count = 0] = seesTo.shape
  const length = ids.shape[1] ?? 0
  const token = np.arange(length).reshape([1, 1, length])
  const reached = np.greaterEqual(token.ref, seesFrom.ref.reshape([rows, count, 1]))
  const notBeyond = np.lessEqual(token, seesTo.ref.reshape([rows, count, 1]))
  return np.logicalAnd(reached, notBeyond).reshape([rows, 1, count, length])
}

/** Turns the halves of each head by its position in the row; only differences of positions matter, so packed examples need no reset. */
function rotate(heads: JaxArray, { cosines, sines }: Lookers): JaxArray {
  const [low, high] = np.split(heads, 2, -1)
  if (low === undefined || high === undefined) throw new RangeError('A head has two halves.')
  const turnedLow = low.ref.mul(cosines.ref).sub(high.ref.mul(sines.ref))
  const turnedHigh = low.mul(sines.ref).add(high.mul(cosines.ref))
  return np.concatenate([turnedLow, turnedHigh], -1)
}

function normalize(values: JaxArray, gains: JaxArray): JaxArray {
  const square = np.mean(np.square(values.ref), -1, { keepdims: true })
  return values.div(np.sqrt(square.add(epsilon))).mul(gains)
}

/** The activations at the slots' positions, [rows * slots, width]. */
function pick(hidden: JaxArray, { positions }: BatchArrays): JaxArray {
  const [rows = 0, slots = 0] = positions.shape
  const width = hidden.shape[1] ?? 0
  const whole = hidden.reshape([rows, -1, width])
  const chosen = nn.oneHot(positions.ref.reshape([rows * slots]), whole.shape[1] ?? 0).reshape([rows, slots, -1])
  return np.matmul(chosen, whole).reshape([rows * slots, width])
}

function crossEntropy(
  size: ModelSize,
  output: JaxArray,
  embedding: JaxArray,
  { targets, weights }: BatchArrays,
): JaxArray {
  const logits = np.matmul(output, embedding.transpose())
  const likelihood = np.sum(logits.ref.mul(oneHotIds(targets.ref, size)), -1).sub(nn.logsumexp(logits, -1))
  return np.sum(likelihood.mul(weights.ref.reshape([-1]))).neg()
}

/** Drops activations with the keys in turn. */
function dropoutWith(keys: JaxArray) {
  let used = 0
  const [count = 0] = keys.shape
  return (values: JaxArray) => {
    const key = (used === count - 1 ? keys : keys.ref).slice(used++)
    const kept = random.bernoulli(key, 1 - recipe.dropout, values.shape)
    return np.where(kept, values.mul(1 / (1 - recipe.dropout)), 0)
  }
}

function take(weights: Arrays, name: string): JaxArray {
  const array = weights[name]
  if (array === undefined) throw new RangeError(`The weights lack ${name}.`)
  return array.ref
}

/** Far below any score, yet finite: a row's softmax never divides zero by zero. */
const unseen = -1e9
const epsilon = 1e-6
