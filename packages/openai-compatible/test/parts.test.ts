import { describe, expect, it } from 'vitest'
import { cutParts } from '../src/parts.ts'

async function* stream(...chunks: readonly string[]) {
  for (const chunk of chunks) yield new TextEncoder().encode(chunk)
}

async function cut(size: number, ...chunks: readonly string[]): Promise<readonly string[]> {
  const parts: string[] = []
  for await (const { bytes } of cutParts(stream(...chunks), size)) parts.push(new TextDecoder().decode(bytes))
  return parts
}

describe('cutting a stream', () => {
  it.each([
    [3, ['abcdefg'], ['abc', 'def', 'g']],
    [3, ['a', 'b', 'c', 'd', 'e', 'f'], ['abc', 'def']],
    [3, ['abc', 'def'], ['abc', 'def']],
    [10, ['abc', 'def'], ['abcdef']],
    [3, [], []],
    [3, [''], []],
  ])('in parts of %i bytes: %j', async (size, chunks, parts) => {
    expect(await cut(size, ...chunks)).toEqual(parts)
  })

  it('gives the last part only when the stream has ended well', async () => {
    async function* broken() {
      yield* stream('abcdef')
      throw new Error('another digest')
    }
    const parts: number[] = []
    const read = async () => {
      for await (const { index } of cutParts(broken(), 3)) parts.push(index)
    }
    await expect(read()).rejects.toThrow('another digest')
    expect(parts).toEqual([0])
  })

  it('copies: a stream may use its buffer again', async () => {
    const buffer = new Uint8Array(1)
    async function* bytewise() {
      for (const byte of [1, 2, 3]) {
        buffer[0] = byte
        yield buffer
      }
    }
    const parts: number[][] = []
    for await (const { bytes } of cutParts(bytewise(), 2)) parts.push([...bytes])
    expect(parts).toEqual([[1, 2], [3]])
  })
})
