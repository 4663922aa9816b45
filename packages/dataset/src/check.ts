import { createHash } from 'node:crypto'
import type { ContainerId } from './containers/container.ts'
import { resolveFormat } from './detect.ts'
import type { Example, Message, Role } from './example.ts'
import { CODECS, type FormatId } from './formats/formats.ts'
import { lineBatches, type Watch } from './lines.ts'
import { isBlank, judge, type Judged, type ReadOptions } from './read.ts'
import type { Rejection, RuleId } from './rules.ts'
import { changedWhileRead, type DatasetSource } from './source.ts'

/** How a data set is checked. */
export interface CheckOptions extends ReadOptions {
  /** Called after each chunk with what has been read so far. */
  readonly onProgress?: ((progress: { readonly bytes: number; readonly lines: number }) => void) | undefined
  /** Sees every rejection, listed or not, in the order of the file. */
  readonly onRejection?: ((rejection: Rejection) => void) | undefined
  /**
   * Sees the text of every row that is not blank, accepted or not, and undefined for a row that is not one JSON object; a promise is
   * waited for. `createScanner().look` is one.
   */
  readonly onRow?: ((json: string | undefined, line: number) => void | Promise<void>) | undefined
  /** How many rejections are listed; all are counted. Default 1000. */
  readonly maximumListed?: number | undefined
}

/** What the accepted examples are made of. */
export interface ExampleCounts {
  readonly messages: number
  readonly messagesByRole: Readonly<Record<Role, number>>
  /** Examples that offer tools or functions. */
  readonly withTools: number
  /** Calls the assistant makes, of tools and of functions. */
  readonly toolCalls: number
  /** Image parts in user messages. */
  readonly images: number
}

/** What a data set holds and what is wrong with it; free of row content, so it may be logged and kept. */
export interface CheckReport {
  readonly name: string
  /** How the rows are packed. */
  readonly container?: ContainerId
  /** Absent only when the data set has no row. */
  readonly format?: FormatId
  /** Rows that are not blank: accepted and rejected. */
  readonly examples: number
  readonly accepted: number
  readonly rejected: {
    readonly count: number
    /** The first ones in the order of the file. */
    readonly first: readonly Rejection[]
    /** Counts by rule id; rules without a rejection are absent. */
    readonly byRule: Readonly<Record<string, number>>
  }
  /** Lines of white space only. */
  readonly blankLines: number
  /** Size and SHA-256 (hex) of the source as it is, byte order mark and line ends included. */
  readonly bytes: number
  readonly sha256: string
  readonly counts: ExampleCounts
}

/**
 * Reads every row once and reports. Throws DatasetError when the source cannot be read or its format is unknown and,
 * once aborted, the signal's reason; a data set without rows is reported with 0 examples.
 */
export async function checkDataset(source: DatasetSource, options: CheckOptions = {}): Promise<CheckReport> {
  const format = await resolveFormat(source, options.format, options)
  const codec = format && CODECS[format]
  const tally = createTally(options.maximumListed ?? 1000)
  const hash = createHash('sha256')
  let container: ContainerId | undefined
  const watch: Watch = {
    onChunk(chunk) {
      tally.bytes += chunk.byteLength
      hash.update(chunk)
    },
    onContainer(found) {
      container = found
    },
  }
  for await (const lines of lineBatches(source, options, watch)) {
    for (const line of lines) {
      tally.lines++
      if (isBlank(line)) tally.blankLines++
      else {
        const judged = judge(line, codec ?? changed(source.name), options.rules)
        countRow(tally, judged, options)
        const looking = options.onRow?.(judged.text, line.number)
        if (looking) await looking
      }
    }
    options.onProgress?.({ bytes: tally.bytes, lines: tally.lines })
  }
  return {
    name: source.name,
    ...(container !== undefined && { container }),
    ...(format !== undefined && { format }),
    examples: tally.accepted + tally.rejected,
    accepted: tally.accepted,
    rejected: { count: tally.rejected, first: tally.first, byRule: Object.fromEntries(tally.byRule) },
    blankLines: tally.blankLines,
    bytes: tally.bytes,
    sha256: hash.digest('hex'),
    counts: tally.counts,
  }
}

interface Tally {
  readonly maximumListed: number
  readonly first: Rejection[]
  readonly byRule: Map<RuleId, number>
  readonly counts: { -readonly [Key in keyof ExampleCounts]: ExampleCounts[Key] } & {
    readonly messagesByRole: Record<Role, number>
  }
  accepted: number
  rejected: number
  blankLines: number
  lines: number
  bytes: number
}

function createTally(maximumListed: number): Tally {
  const messagesByRole = { system: 0, developer: 0, user: 0, assistant: 0, tool: 0, function: 0 }
  const counts = { messages: 0, messagesByRole, withTools: 0, toolCalls: 0, images: 0 }
  const totals = { accepted: 0, rejected: 0, blankLines: 0, lines: 0, bytes: 0 }
  return { maximumListed, first: [], byRule: new Map(), counts, ...totals }
}

/** No format means that the source had no row when its format was looked for. */
function changed(name: string): never {
  throw changedWhileRead(name)
}

function countRow(tally: Tally, judged: Judged, options: CheckOptions): void {
  if (judged.example) {
    tally.accepted++
    countExample(tally.counts, judged.example)
    return
  }
  tally.rejected++
  options.onRejection?.(judged.rejection)
  tally.byRule.set(judged.rejection.rule, (tally.byRule.get(judged.rejection.rule) ?? 0) + 1)
  if (tally.first.length < tally.maximumListed) tally.first.push(judged.rejection)
}

function countExample(counts: Tally['counts'], example: Example): void {
  if (example.kind === 'completion' || example.kind === 'text') return
  if (example.tools?.length || (example.kind === 'chat' && example.functions?.length)) counts.withTools++
  for (const message of example.messages) countMessage(counts, message)
  if (example.kind !== 'preference') return
  countMessage(counts, example.preferred)
  countMessage(counts, example.nonPreferred)
}

function countMessage(counts: Tally['counts'], message: Message): void {
  counts.messages++
  counts.messagesByRole[message.role]++
  if (message.role === 'assistant') {
    counts.toolCalls += (message.tool_calls?.length ?? 0) + (message.function_call ? 1 : 0)
  }
  if (message.role === 'user' && typeof message.content !== 'string') {
    for (const part of message.content) if (part.type === 'image_url') counts.images++
  }
}
