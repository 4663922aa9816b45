/**
 * How fast datasets are read, checked, converted, counted and scanned, and in how much memory. Nearly every figure is a ratio of two
 * pieces of work that were done in turns in one run, so that it holds across machines.
 *
 *   npm run bench -- datasets [SECTION…] [--data FILE…]
 *
 * Sections: speed, workers, tokens, memory, detectors. With --data, the rows of your own JSONL files are measured.
 */
import { execFile } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { countTokens as countOther, encode as encodeOther } from 'gpt-tokenizer/encoding/o200k_base'
import {
  builtInDetector,
  detectFormat,
  encodeDataset,
  fileSource,
  inspectDataset,
  loadTokenCounter,
  tokenMethod,
  type FormatId,
} from '../src/index.ts'
import { parseRow } from '../src/json-row.ts'
import { scanKeys } from '../src/key-scan.ts'
import { HOSTILE_TEXTS } from './hostile-texts.ts'
import { inTurns, rounded } from './measure.ts'
import { chatRows, paragraphs, writeRows } from './rows.ts'

const MEGABYTE = 1_000_000
const folder = await mkdtemp(join(tmpdir(), 'anytune-bench-'))
const { sections, files } = chosen(process.argv.slice(2))
const data = await rowsToMeasure()

const SECTIONS: Readonly<Record<string, () => Promise<void>>> = {
  speed: measureSpeed,
  workers: measureWorkers,
  tokens: measureTokens,
  memory: measureMemory,
  detectors: measureDetectors,
}

try {
  console.log(
    `node ${process.version}, ${availableParallelism()} processors, load ${loadavg()[0]?.toFixed(1)} at the start`,
  )
  for (const [name, section] of Object.entries(SECTIONS)) {
    if (sections.length === 0 || sections.includes(name)) await section()
  }
} finally {
  await rm(folder, { recursive: true })
}

interface RowSet {
  readonly name: string
  readonly rows: readonly string[]
}

function chosen(words: readonly string[]) {
  const at = words.includes('--data') ? words.indexOf('--data') : words.length
  return { sections: words.slice(0, at), files: words.slice(at + 1) }
}

async function rowsToMeasure(): Promise<readonly RowSet[]> {
  if (files.length === 0) return [{ name: 'rows made of this repository', rows: chatRows(paragraphs()) }]
  const contents = files.map(async (file) => ({
    name: basename(file),
    rows: (await readFile(file, 'utf8')).split('\n').filter((row) => row.trim() !== ''),
  }))
  return Promise.all(contents)
}

async function fileOf(rows: readonly string[], bytes: number): Promise<string> {
  const path = join(folder, `${bytes}.jsonl`)
  await writeRows(path, rows, bytes)
  return path
}

/** (a) One thread: read, check and encode, against readline and JSON.parse of the same file. */
async function measureSpeed(): Promise<void> {
  for (const { name, rows } of data) {
    const slow = rows.filter(isSlow).length
    const fast = rows.filter((row) => !isSlow(row))
    const path = await fileOf(fast, 60 * MEGABYTE)
    const format = (await detectFormat(fileSource(path))) ?? 'openai-chat'
    console.log(
      `\nspeed: ${name}, ${format}; ${percent(slow / rows.length)} of the rows need an exact look and are left out`,
    )
    const { ratio: bare } = await inTurns(
      3,
      () => floor(path),
      () => rewriteAll(path),
    )
    console.log(
      `  no more than JSON.parse and JSON.stringify of each line: ${rounded(bare.cpu)} of the floor in processor time`,
    )
    for (const to of targets(format)) {
      if ((await encodeAll(path, to)) === 0) continue
      const { other, ratio } = await inTurns(
        5,
        () => floor(path),
        () => encodeAll(path, to),
      )
      const speed = (60 * MEGABYTE) / MEGABYTE / (other.wallMs / 1000)
      console.log(
        `  as ${to}: ${rounded(ratio.cpu)} of the floor in processor time, ${rounded(ratio.wall)} in time; ${speed.toFixed(0)} MB/s`,
      )
    }
    if (slow > 0) await measureSlow(rows.filter(isSlow), format)
  }
}

async function measureSlow(rows: readonly string[], format: FormatId): Promise<void> {
  const path = await fileOf(rows, 20 * MEGABYTE)
  const { ratio } = await inTurns(
    3,
    () => floor(path),
    () => encodeAll(path, format),
  )
  console.log(`  rows that need an exact look: ${rounded(ratio.cpu)} of the floor`)
}

/** The row has an exact number, a key that may come twice or one with an escape. */
function isSlow(row: string): boolean {
  const { escaped, inexact } = scanKeys(row)
  return escaped || inexact || 'fault' in parseRow(row)
}

function targets(format: FormatId): readonly FormatId[] {
  const others = (['openai-chat', 'bedrock-conversation-2024', 'gemini'] as const).filter((id) => id !== format)
  return [format, ...others]
}

async function floor(path: string): Promise<void> {
  let objects = 0
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    if (typeof JSON.parse(line) === 'object') objects++
  }
  if (objects === 0) throw new Error('the file has no rows')
}

/** What a conversion costs that looks at nothing. */
async function rewriteAll(path: string): Promise<void> {
  let bytes = 0
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    bytes += Buffer.from(`${JSON.stringify(JSON.parse(line))}\n`).length
  }
  if (bytes === 0) throw new Error('the file has no rows')
}

async function encodeAll(path: string, to: FormatId): Promise<number> {
  let bytes = 0
  const encoding = encodeDataset(fileSource(path), { to, onRejected: 'skip' })
  for await (const chunk of encoding) bytes += chunk.length
  return bytes
}

/** (b) Two workers against one: read, check, count tokens, scan. */
async function measureWorkers(): Promise<void> {
  const path = await fileOf(
    data.flatMap(({ rows }) => rows),
    200 * MEGABYTE,
  )
  const inspect = (workers: number) => () =>
    inspectDataset(fileSource(path), { tokens: tokenMethod('o200k_base'), scan: true, workers })
  const { one, other, ratio } = await inTurns(2, inspect(1), inspect(2))
  console.log('\nworkers: 200 MB read, checked, counted and scanned')
  console.log(`  two workers: ${rounded(ratio.wall)} times as fast as one`)
  console.log(`  with two processors to themselves at most ${((2 * one.cpuMs) / other.cpuMs).toFixed(2)} times`)
  console.log(
    `  ${seconds(one.wallMs)} and ${seconds(other.wallMs)}; processor time ${seconds(one.cpuMs)} and ${seconds(other.cpuMs)}`,
  )
}

/** (c) Exact token counts, against gpt-tokenizer alone on the same texts. */
async function measureTokens(): Promise<void> {
  const texts = data.flatMap(({ rows }) => rows.flatMap(textsOf))
  const megabytes = Buffer.byteLength(texts.join('')) / MEGABYTE
  const { count } = await loadTokenCounter('o200k_base')
  const sum = (of: (text: string) => number) => async () => texts.reduce((total, text) => total + of(text), 0)
  const [ours, theirs] = [sum(count), sum(countOther)]
  if ((await ours()) !== (await theirs())) throw new Error('the counts differ')
  console.log(`\ntokens: ${megabytes.toFixed(1)} MB of texts, o200k_base`)
  const counted = await inTurns(5, theirs, ours)
  const encoded = await inTurns(
    5,
    sum((text) => encodeOther(text).length),
    ours,
  )
  const speed = (megabytes / counted.other.wallMs) * 1000
  console.log(
    `  ${rounded(counted.ratio.cpu)} times as fast as gpt-tokenizer counts, ${rounded(encoded.ratio.cpu)} as it encodes; ${speed.toFixed(1)} MB/s`,
  )
}

/** Every text in a row, but for those that spell a special token, which gpt-tokenizer refuses. */
function textsOf(row: string): readonly string[] {
  const texts: string[] = []
  JSON.parse(row, (_key, value: unknown) => {
    if (typeof value === 'string' && !value.includes('<|')) texts.push(value)
  })
  return texts
}

/** (d) The most memory for a large file and for a small one, each in a process of its own. */
async function measureMemory(): Promise<void> {
  const rows = data.flatMap((set) => set.rows)
  const sizes: Readonly<Record<string, readonly number[]>> = {
    check: [20, 2000],
    convert: [20, 2000],
    'inspect in two workers': [20, 600],
  }
  console.log('\nmemory: the most that a process had')
  for (const [way, [small = 0, large = 0]] of Object.entries(sizes)) {
    const [little, much] = [await peak(way, rows, small), await peak(way, rows, large)]
    console.log(
      `  ${way}: ${little.toFixed(0)} MB for ${small} MB, ${much.toFixed(0)} MB for ${large} MB: ${(much - little).toFixed(0)} MB more`,
    )
  }
}

async function peak(way: string, rows: readonly string[], megabytes: number): Promise<number> {
  const path = await fileOf(rows, megabytes * MEGABYTE)
  const script = join(import.meta.dirname, 'memory.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, script, way, path])
  await rm(path)
  return JSON.parse(stdout).megabytes
}

/** (e) Detectors on hostile lines: four times the length must take about four times as long. */
async function measureDetectors(): Promise<void> {
  const megabyte = 1024 * 1024
  const figures: { readonly name: string; readonly ms: number; readonly growth: number }[] = []
  for (const [name, make] of Object.entries(HOSTILE_TEXTS)) {
    const detect = (length: number) => {
      const text = make(length)
      return async () => builtInDetector.detect(text)
    }
    const { one, ratio } = await inTurns(3, detect(megabyte), detect(megabyte / 4))
    figures.push({ name, ms: one.cpuMs, growth: ratio.cpu.median })
  }
  console.log('\ndetectors: hostile texts of 1 MiB, and how many times as long as for a quarter of it')
  for (const { name, ms, growth } of figures.toSorted((one, other) => other.ms - one.ms).slice(0, 8)) {
    console.log(`  ${name}: ${ms.toFixed(0)} ms, ${growth.toFixed(1)} times`)
  }
  const worst = figures.filter(({ ms }) => ms > 5).toSorted((one, other) => other.growth - one.growth)[0]
  console.log(`  the most growth of those above 5 ms: ${worst?.growth.toFixed(1) ?? 'none'} (${worst?.name ?? ''})`)
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
