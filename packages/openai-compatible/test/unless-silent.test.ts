import { APIConnectionTimeoutError } from 'openai'
import { describe, expect, it } from 'vitest'
import { unlessSilent } from '../src/unless-silent.ts'

describe('a download', () => {
  it('comes as it is', async () => {
    expect(await Array.fromAsync(unlessSilent(ReadableStream.from([1, 2, 3]), 60_000))).toEqual([1, 2, 3])
  })

  it('that falls silent is a timeout, and is left', async () => {
    let left = false
    const silent = new ReadableStream<number>({
      start: (controller) => controller.enqueue(1),
      cancel: () => void (left = true),
    })
    const got: number[] = []
    const reading = async () => {
      for await (const piece of unlessSilent(silent, 20)) got.push(piece)
    }
    await expect(reading()).rejects.toBeInstanceOf(APIConnectionTimeoutError)
    expect({ got, left }).toEqual({ got: [1], left: true })
  })

  it('that nobody reads to its end is left, too', async () => {
    let left = false
    const endless = new ReadableStream<number>({
      pull: (controller) => controller.enqueue(1),
      cancel: () => void (left = true),
    })
    for await (const _ of unlessSilent(endless, 60_000)) break
    expect(left).toBe(true)
  })

  it('that breaks says how', async () => {
    const broken = new ReadableStream<number>({ pull: (controller) => controller.error(new TypeError('terminated')) })
    await expect(Array.fromAsync(unlessSilent(broken, 60_000))).rejects.toThrow('terminated')
  })
})
