import { describe, expect, it } from 'vitest'
import { decodeSafetensors, encodeSafetensors } from '../src/store/safetensors.ts'

const tensors = {
  b: { shape: [2, 3], data: Float32Array.from([1, -2, 3.5, Number.MIN_VALUE, 1e38, -0]) },
  a: { shape: [1], data: Float32Array.from([7]) },
}

function fileWith(header: unknown, data: number[] = []): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  return Buffer.concat([length, json, Buffer.from(data)])
}

const entry = (start: number, end: number, shape = [1], dtype = 'F32') => ({ dtype, shape, data_offsets: [start, end] })

describe('a safetensors file', () => {
  it('gives back the tensors that were written', () => {
    expect(decodeSafetensors(encodeSafetensors(tensors), 'file')).toEqual(tensors)
  })

  it('is laid out as the format says', () => {
    const file = Buffer.from(encodeSafetensors(tensors, { format: 'x' }))
    const length = Number(file.readBigUInt64LE(0))
    const header = JSON.parse(file.subarray(8, 8 + length).toString()) as object
    expect(length % 8).toBe(0)
    expect(header).toEqual({ __metadata__: { format: 'x' }, b: entry(0, 24, [2, 3]), a: entry(24, 28) })
    expect(file.readFloatLE(8 + length + 8)).toBe(3.5)
    expect(file.length).toBe(8 + length + 28)
  })

  it('is read at any position of a larger buffer', () => {
    const file = encodeSafetensors(tensors)
    const shifted = new Uint8Array(file.length + 3)
    shifted.set(file, 3)
    expect(decodeSafetensors(shifted.subarray(3), 'file')).toEqual(tensors)
  })

  it.each([
    ['nothing', new Uint8Array(0)],
    ['a header longer than the file', encodeSafetensors(tensors).subarray(0, 20)],
    ['a header that is not JSON', fileWith('{"a":')],
    ['a header that is a list', fileWith([])],
    ['an entry without a shape', fileWith({ a: { dtype: 'F32', data_offsets: [0, 4] } }, [0, 0, 0, 0])],
    ['a negative offset', fileWith({ a: entry(-4, 0) })],
    ['another data type', fileWith({ a: entry(0, 2, [1], 'F16') }, [0, 0])],
    ['a size that is not the shape’s', fileWith({ a: entry(0, 8) }, [0, 0, 0, 0, 0, 0, 0, 0])],
    [
      'a hole between tensors',
      fileWith(
        { a: entry(0, 4), b: entry(8, 12) },
        Array.from({ length: 12 }, () => 0),
      ),
    ],
    ['overlapping tensors', fileWith({ a: entry(0, 4), b: entry(0, 4) }, [0, 0, 0, 0])],
    ['missing values', encodeSafetensors(tensors).subarray(0, -1)],
    ['bytes left over', Buffer.concat([encodeSafetensors(tensors), Buffer.from([0])])],
  ])('is refused with %s', (_, file) => {
    expect(() => decodeSafetensors(file, 'the file')).toThrow(expect.objectContaining({ code: 'broken-model' }))
  })
})
