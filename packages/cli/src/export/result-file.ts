/** Tables of metrics are far smaller; what is larger is copied as it comes. */
const LARGEST_TABLE_BYTES = 32 * 1024 * 1024

const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/

/** A file that the provider wrote of a job, ready to be written. */
export interface ResultFile {
  readonly chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
  /** `.csv` for a table, `.bin` for what is none. */
  readonly ending: '.csv' | '.bin'
  readonly servedAs?: 'base64'
}

/** Decodes a table that is served in base64, as one vendor does; everything else stays byte for byte. */
export async function decodedResult(served: AsyncIterable<Uint8Array>): Promise<ResultFile> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  const rest = served[Symbol.asyncIterator]()
  for (let next = await rest.next(); !next.done; next = await rest.next()) {
    chunks.push(next.value)
    bytes += next.value.byteLength
    if (bytes > LARGEST_TABLE_BYTES) return { chunks: joined(chunks, rest), ending: '.bin' }
  }
  const all = Buffer.concat(chunks)
  if (isTable(all)) return { chunks: [all], ending: '.csv' }
  const text = all.toString('latin1')
  const decoded = BASE64.test(text) ? Buffer.from(text, 'base64') : undefined
  return decoded !== undefined && isTable(decoded)
    ? { chunks: [decoded], ending: '.csv', servedAs: 'base64' }
    : { chunks: [all], ending: '.bin' }
}

async function* joined(first: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* first
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
}

/** Text whose first line has several columns. */
function isTable(bytes: Buffer): boolean {
  const [first = ''] = bytes.toString('utf8', 0, 4096).split(/\r?\n/, 1)
  return /^[\x20-\x7e]+$/.test(first) && first.includes(',')
}
