import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { Compressors } from 'hyparquet'
import { DatasetError } from '../dataset-error.ts'

/** A page says how large it is; one that unpacks to more is damaged or hostile. */
type Unpack = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array

const unpacking = (unpack: Unpack) => (bytes: Uint8Array, length: number) =>
  unpack(bytes, { maxOutputLength: Math.max(1, length) })

const unsupported = (codec: string) => (): never => {
  const hint = 'write the file with Snappy, Zstandard, gzip, Brotli or no compression'
  throw new DatasetError('container', `the Parquet file compresses its columns with ${codec}, which is not read`, hint)
}

/** How the columns of a Parquet file are unpacked, by Node.js itself; Snappy is the reader's own. */
export const decompressors: Compressors = {
  GZIP: unpacking(gunzipSync),
  BROTLI: unpacking(brotliDecompressSync),
  ZSTD: unpacking(zstdDecompressSync),
  LZ4: unsupported('LZ4'),
  LZ4_RAW: unsupported('LZ4'),
  LZO: unsupported('LZO'),
}
