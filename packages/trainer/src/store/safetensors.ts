import { TrainerError } from '../errors.ts'
import { elements, type Tensor, type Weights } from '../engine/parameters.ts'

interface Entry {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data_offsets: readonly [start: number, end: number]
}

const headerLimit = 100_000_000

/** The bytes of a safetensors file: an 8-byte little-endian header length, a JSON header padded to 8 bytes, the f32 values. */
export function encodeSafetensors(tensors: Weights, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const header: Record<string, Entry | Readonly<Record<string, string>>> = { __metadata__: metadata }
  let end = 0
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    header[name] = { dtype: 'F32', shape, data_offsets: [end, (end += data.byteLength)] }
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  const padded = Math.ceil(json.length / 8) * 8
  const file = new Uint8Array(8 + padded + end).fill(0x20, 8 + json.length, 8 + padded)
  const view = new DataView(file.buffer)
  view.setBigUint64(0, BigInt(padded), true)
  file.set(json, 8)
  let offset = 8 + padded
  for (const { data } of Object.values(tensors)) {
    for (const value of data) {
      view.setFloat32(offset, value, true)
      offset += 4
    }
  }
  return file
}

/** The tensors of a safetensors file; anything but whole, contiguous f32 tensors is refused with `broken-model`. */
export function decodeSafetensors(file: Uint8Array, label: string): Weights {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const length = file.byteLength < 8 ? -1n : view.getBigUint64(0, true)
  if (length < 0n || length > BigInt(headerLimit) || 8n + length > BigInt(file.byteLength)) {
    throw broken(label, 'its header does not fit in the file')
  }
  const start = 8 + Number(length)
  const entries = parseHeader(file.subarray(8, start), label)
  const sorted = entries.toSorted(([, one], [, other]) => one.data_offsets[0] - other.data_offsets[0])
  let expected = 0
  const tensors: Record<string, Tensor> = {}
  for (const [name, entry] of sorted) {
    if (entry.data_offsets[0] !== expected) throw broken(label, `tensor ${name} does not follow the one before it`)
    expected = entry.data_offsets[1]
    tensors[name] = readTensor(view, start, name, entry, label)
  }
  if (start + expected !== file.byteLength) throw broken(label, 'its tensors do not fill the file')
  return tensors
}

function parseHeader(bytes: Uint8Array, label: string): readonly (readonly [string, Entry])[] {
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new TrainerError('broken-model', `${label} is no safetensors file: its header is not JSON.`, { cause })
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw broken(label, 'its header is no object')
  return Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => {
      if (!isEntry(entry)) throw broken(label, `the header entry of ${name} is malformed`)
      return [name, entry] as const
    })
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown> // an object: checked above
  const counts = (list: unknown) => Array.isArray(list) && list.every((item) => Number.isSafeInteger(item) && item >= 0)
  return typeof dtype === 'string' && counts(shape) && counts(offsets) && Array.isArray(offsets) && offsets.length === 2
}

function readTensor(view: DataView, start: number, name: string, entry: Entry, label: string): Tensor {
  const { dtype, shape, data_offsets: offsets } = entry
  if (dtype !== 'F32') throw broken(label, `tensor ${name} is ${dtype}, only F32 is read`)
  const count = elements(shape)
  if (offsets[1] - offsets[0] !== count * 4) throw broken(label, `tensor ${name} has another size than its shape`)
  if (start + offsets[1] > view.byteLength) throw broken(label, `tensor ${name} ends beyond the file`)
  const data = new Float32Array(count)
  for (let index = 0; index < count; index++) data[index] = view.getFloat32(start + offsets[0] + index * 4, true)
  return { shape, data }
}

function broken(label: string, why: string): TrainerError {
  return new TrainerError('broken-model', `${label} cannot be read: ${why}.`)
}
