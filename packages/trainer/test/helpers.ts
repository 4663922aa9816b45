import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TrainingExample } from '../src/chat.ts'
import type { EngineState } from '../src/engine/engine.ts'
import { initialWeights, type ModelSize } from '../src/engine/parameters.ts'
import { createRandom, type Random } from '../src/random.ts'
import { zeroWeights } from '../src/store/model-files.ts'

export async function withDirectory<Result>(use: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'anytune-trainer-'))
  try {
    return await use(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Orders of fruit whose answer follows from the words: learnable in seconds. */
export function fruitOrders(count: number, seed = 1): readonly TrainingExample[] {
  const random = createRandom(seed)
  const one = <Item>(items: readonly Item[]): Item => items[Math.floor(random.next() * items.length)]!
  return Array.from({ length: count }, () => {
    const [fruit, number] = [one(['apple', 'pear', 'plum', 'kiwi']), one(['one', 'two', 'three'])]
    const content = `${one(['Please send', 'I want', 'Bring me'])} ${number} ${fruit} ${one(['today', 'soon', 'tomorrow', 'at noon'])}.`
    return {
      messages: [
        { role: 'user', content },
        { role: 'assistant', content: JSON.stringify({ fruit, number }) },
      ],
    }
  })
}

export const smallSize: ModelSize = { layers: 2, width: 32, heads: 2, contextTokens: 64, vocabulary: 48 }

/** A state whose weights are all away from their special initial values, so that no gradient is zero by construction. */
export function stirredState(size: ModelSize, seed = 3): EngineState {
  const random = createRandom(seed)
  const weights = Object.fromEntries(
    Object.entries(initialWeights(size, random)).map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map((value) => value + random.normal() * 0.15) },
    ]),
  )
  return { step: 0, weights, firstMoments: zeroWeights(size), secondMoments: zeroWeights(size) }
}

/** A text of any characters: ASCII, Latin, Cyrillic, CJK, Thai, Arabic, emoji with joiners, controls. */
export function randomText(random: Random, length: number): string {
  const ranges = [
    [32, 126],
    [0, 31],
    [192, 591],
    [0x400, 0x4ff],
    [0x4e00, 0x9fff],
    [0xe00, 0xe7f],
    [0x600, 0x6ff],
    [0x1f300, 0x1faff],
    [0x200b, 0x200f],
    [0xe000, 0xffff],
  ] as const
  return Array.from({ length }, () => {
    const [from, to] = ranges[Math.floor(random.next() ** 2 * ranges.length)]!
    return String.fromCodePoint(from + Math.floor(random.next() * (to - from + 1)))
  }).join('')
}
