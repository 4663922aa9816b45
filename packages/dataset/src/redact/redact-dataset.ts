import { createHash } from 'node:crypto'
import { lineBatches, type Line, type LineOptions } from '../lines.ts'
import { isBlank, readRow } from '../read.ts'
import { addRow, createRowChunks, takeFull, takeRest } from '../row-chunks.ts'
import type { Rejection } from '../rules.ts'
import { builtInDetector } from '../scan/built-in.ts'
import { classOf, type Detector, type Kind, type KindClass } from '../scan/detector.ts'
import { createFindingTally, type ScanFindings } from '../scan/findings.ts'
import { jsonTexts } from '../scan/json-texts.ts'
import { changedWhileRead, type DatasetSource } from '../source.ts'
import { rowRejected } from '../written-row.ts'
import { createPlaceholders, noteHighest } from './placeholders.ts'
import { redactRow } from './redact-row.ts'

/** How a data set is redacted. */
export interface RedactOptions extends LineOptions {
  /** Default: the built-in one alone. */
  readonly detectors?: readonly Detector[] | undefined
  /** Kinds, or classes of kinds, that are taken out. Default: all that the detectors find. */
  readonly kinds?: readonly (Kind | KindClass)[] | undefined
  /** What becomes of a row that is not one JSON object, in which nothing can be found: DatasetError, or it is left out. */
  readonly onRejected: 'fail' | 'skip'
  /** Sees every row left out by `skip`. */
  readonly onSkipped?: ((rejection: Rejection) => void) | undefined
  /** Called after each chunk with what has been read so far; the source is read twice. */
  readonly onProgress?: ((progress: { readonly bytes: number; readonly pass: 1 | 2 }) => void) | undefined
  /** Called once, after the last bytes. */
  readonly onFinished?: ((report: RedactReport) => void) | undefined
}

/** Bytes by their size and SHA-256, in hex. */
export interface BytesDigest {
  readonly bytes: number
  readonly sha256: string
}

/** What was taken out; free of row content, so it may be logged and kept. */
export interface RedactReport {
  readonly name: string
  /** The source as it was, and what was written. */
  readonly before: BytesDigest
  readonly after: BytesDigest
  /** Rows that were written. */
  readonly rows: number
  readonly changedRows: number
  /** Rows left out; 0 with `fail`. */
  readonly skipped: number
  readonly replaced: ScanFindings
  /** Different values among them, which is how many placeholders there are. */
  readonly values: number
  /** Findings that are still there: those in keys and in numbers, which are never changed; hardly ever others. */
  readonly left: ScanFindings
}

/**
 * The rows with what the detectors find in their strings replaced by placeholders such as `<EMAIL_1>`, the same value by the same one.
 * Keys, numbers, order and structure stay, also of JSON inside a string, such as a tool call's arguments; a row without a finding
 * keeps its own text. UTF-8, one row a line ended by LF, blank lines kept so that line numbers stay; in chunks of about 64 KiB.
 * Redacting the result again changes nothing. The source is read twice, the first time for the placeholders that it already has.
 * Throws DatasetError, RangeError for a kind that no detector finds and, once aborted, the signal's reason.
 */
export async function* redactDataset(source: DatasetSource, options: RedactOptions): AsyncGenerator<Uint8Array> {
  const job = createJob(options)
  const before = await firstPass(source, options, job.highest)
  const reading = createDigest()
  const writing = createDigest()
  const onChunk = (chunk: Uint8Array) => {
    reading.add(chunk)
    options.onProgress?.({ bytes: reading.bytes(), pass: 2 })
  }
  for await (const lines of lineBatches(source, options, { onChunk })) {
    for (const line of lines) await addLine(job, line, source.name)
    for (const chunk of takeFull(job.chunks)) yield writing.add(chunk)
  }
  for (const chunk of takeRest(job.chunks)) yield writing.add(chunk)
  if (reading.digest().sha256 !== before.sha256) throw changedWhileRead(source.name)
  const { tally, replaced, left, redaction } = job
  options.onFinished?.({
    name: source.name,
    before,
    after: writing.digest(),
    ...tally,
    replaced: replaced.findings(),
    values: redaction.placeholders.count(),
    left: left.findings(),
  })
}

/** As many as a check lists. */
const MAXIMUM_LISTED = 1000

function createJob(options: RedactOptions) {
  const { detectors = [builtInDetector] } = options
  const highest = new Map<string, number>()
  return {
    options,
    highest,
    chunks: createRowChunks(),
    replaced: createFindingTally(MAXIMUM_LISTED),
    left: createFindingTally(MAXIMUM_LISTED),
    tally: { rows: 0, changedRows: 0, skipped: 0 },
    redaction: { detectors, wants: wanting(detectors, options.kinds), placeholders: createPlaceholders(highest) },
  }
}

type Job = ReturnType<typeof createJob>

async function addLine({ options, chunks, replaced, left, tally, redaction }: Job, line: Line, name: string) {
  // Kept, so that the lines after it have the same numbers.
  if (isBlank(line)) return addRow(chunks, line.bytes, line.start, line.end)
  const read = readRow(line)
  if (read.rejection) {
    if (options.onRejected === 'fail') throw rowRejected(name, read.rejection)
    tally.skipped++
    return options.onSkipped?.(read.rejection)
  }
  const text = await redactRow(read.text, {
    ...redaction,
    onFinding: (finding, taken) => (taken ? replaced : left).add({ line: line.number, ...finding }),
  })
  tally.rows++
  if (text !== read.text) tally.changedRows++
  // Between tokens these are white space to JSON, and line ends to readers of lines.
  const bytes = Buffer.from(text.replaceAll(/[\r\n]/g, ' '))
  addRow(chunks, bytes, 0, bytes.length)
}

/** Which kinds are taken out. */
function wanting(detectors: readonly Detector[], kinds: RedactOptions['kinds']): (kind: Kind) => boolean {
  if (kinds === undefined) return () => true
  const found = new Set(detectors.flatMap((detector) => detector.kinds))
  const words = [...found, ...new Set([...found].map(classOf))]
  if (kinds.some((kind) => !words.includes(kind))) throw new RangeError(`kinds must be of ${words.join(', ')}`)
  return (kind) => kinds.includes(kind) || kinds.includes(classOf(kind))
}

/** Reads the source for its digest, and notes the placeholders that it already has. */
async function firstPass(
  source: DatasetSource,
  options: RedactOptions,
  highest: Map<string, number>,
): Promise<BytesDigest> {
  const { add, bytes, digest } = createDigest()
  const onChunk = (chunk: Uint8Array) => {
    add(chunk)
    options.onProgress?.({ bytes: bytes(), pass: 1 })
  }
  for await (const lines of lineBatches(source, options, { onChunk })) {
    for (const line of lines) {
      const text = line.bytes.toString('utf8', line.start, line.end)
      // Some writers of JSON escape it.
      if (!text.includes('<') && !text.includes('\\u003')) continue
      const read = readRow(line)
      if (read.rejection === undefined) for (const { value } of jsonTexts(read.text)) noteHighest(highest, value)
    }
  }
  return digest()
}

function createDigest() {
  const hash = createHash('sha256')
  let bytes = 0
  return {
    add<T extends Uint8Array>(chunk: T): T {
      bytes += chunk.byteLength
      hash.update(chunk)
      return chunk
    },
    bytes: () => bytes,
    /** Of all that was added; asked for once. */
    digest: (): BytesDigest => ({ bytes, sha256: hash.digest('hex') }),
  }
}
