import { DatasetError } from './dataset-error.ts'
import { CODECS, FORMAT_IDS, type FormatId } from './formats/formats.ts'
import { parseRow } from './json-row.ts'
import { lineBatches, type Line, type LineOptions } from './lines.ts'
import type { Fault } from './rules.ts'
import type { DatasetSource } from './source.ts'

/** How many rows vote; broken ones do not count. */
const VOTERS = 20

/**
 * The format of most of those among the first 20 readable rows that look like a known format; undefined when none
 * does or none has more than half. Throws DatasetError when the source cannot be read.
 */
export async function detectFormat(source: DatasetSource, options: LineOptions = {}): Promise<FormatId | undefined> {
  return winner(await takeVotes(source, options))
}

/**
 * The format asked for or detected; undefined only when the source has no row at all.
 * Throws DatasetError `unknown-format` when rows are there and no format fits.
 */
export async function resolveFormat(
  source: DatasetSource,
  format: FormatId | undefined,
  options: LineOptions,
): Promise<FormatId | undefined> {
  if (format !== undefined) return requireFormat(format)
  const votes = await takeVotes(source, options)
  const found = winner(votes)
  if (found !== undefined || votes.rows === 0) return found
  throw new DatasetError('unknown-format', `${source.name} fits no known format: ${describe(votes)}`, nextStep(votes))
}

/** Returns the format when it exists; untyped callers may name one that does not. */
export function requireFormat(format: FormatId): FormatId {
  if (Object.hasOwn(CODECS, format)) return format
  throw new DatasetError('unknown-format', 'the format asked for does not exist', `known: ${FORMAT_IDS.join(', ')}`)
}

interface Votes {
  /** Lines that are not blank, as far as was read. */
  rows: number
  /** Rows that are JSON objects. */
  objects: number
  readonly byFormat: Map<FormatId, number>
  firstBroken?: { readonly line: number; readonly rule: Fault['rule'] }
}

async function takeVotes(source: DatasetSource, options: LineOptions): Promise<Votes> {
  const votes: Votes = { rows: 0, objects: 0, byFormat: new Map() }
  let bytes = 0
  const onChunk = (chunk: Uint8Array) => {
    bytes += chunk.byteLength
  }
  for await (const lines of lineBatches(source, options, { onChunk })) {
    for (const line of lines) {
      vote(votes, line)
      if (votes.objects === VOTERS) return votes
    }
    // What was looked at of a stream must be read again.
    if (source.lookAheadBytes !== undefined && bytes >= source.lookAheadBytes) break
  }
  return votes
}

function vote(votes: Votes, line: Line): void {
  if (line.broken === undefined && line.start === line.end) return
  votes.rows++
  if (line.broken !== undefined) {
    votes.firstBroken ??= { line: line.number, rule: line.broken.rule }
    return
  }
  const parsed = parseRow(line.bytes.toString('utf8', line.start, line.end))
  if ('fault' in parsed) {
    votes.firstBroken ??= { line: line.number, rule: parsed.fault.rule }
    return
  }
  votes.objects++
  const id = FORMAT_IDS.find((id) => CODECS[id].looksLike(parsed.row))
  if (id) votes.byFormat.set(id, (votes.byFormat.get(id) ?? 0) + 1)
}

function winner(votes: Votes): FormatId | undefined {
  const total = [...votes.byFormat.values()].reduce((sum, count) => sum + count, 0)
  return FORMAT_IDS.find((id) => 2 * (votes.byFormat.get(id) ?? 0) > total)
}

function describe(votes: Votes): string {
  const broken = votes.firstBroken
    ? `; the first broken row is line ${votes.firstBroken.line} (${votes.firstBroken.rule})`
    : ''
  if (votes.objects === 0) return `none of its rows is a readable JSON object${broken}`
  const counts = [...votes.byFormat].map(([id, count]) => `${count} look like ${id}`)
  const looks = counts.length === 0 ? 'none looks like one' : counts.join(', ')
  return `of the first ${votes.objects} readable rows ${looks}${broken}`
}

function nextStep({ objects, byFormat }: Votes): string {
  if (objects === 0) {
    return 'write a JSON object on each line; rows that are packed otherwise (json, csv, tsv, parquet, text) are read as such when the container is named'
  }
  if (byFormat.size > 0) return `name the format that is meant: ${[...byFormat.keys()].join(', ')}`
  const known = FORMAT_IDS.join(', ')
  return `map fields to the keys of a format, such as prompt=question,completion=answer, or name the format if it is one of these: ${known}`
}
