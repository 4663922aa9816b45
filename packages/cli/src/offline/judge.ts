import { type Age, ageOf, type Grade, type RuleRecord, type Source } from '@anytune/catalogue'
import {
  counterOf,
  type Example,
  type ExampleRule,
  FORMATS,
  type FormatId,
  isLimitId,
  judgeDatasets,
  type LimitFinding,
  LIMITS,
  limitsOf,
  rowLimits,
  type RowWarnings,
  tallyTokens,
  tokenMethod,
  type TokenStatistics,
  truncation,
  writableAs,
} from '@anytune/dataset'
import type { Target } from './target.ts'

/** A limit that the dataset breaks, with how it is known. */
export interface JudgedFinding extends Omit<LimitFinding, 'says'> {
  readonly message: string
  readonly evidence: { readonly source: Source; readonly grade: Grade; readonly age: Age }
}

/** What a dataset is to a target, besides its rejected rows. */
export interface Judgement {
  readonly provider: string
  readonly baseModel: string
  /** False when no record names it: only what holds for all base models was judged. */
  readonly modelOnRecord: boolean
  readonly method: string
  readonly offerings: readonly string[]
  /** What it would be sent as. */
  readonly encoded?: { readonly format: string; readonly rows: number; readonly bytes: number }
  /** Absent where nothing on record depends on it. */
  readonly tokens?: Pick<TokenStatistics, 'method' | 'total' | 'max' | 'truncated'>
  readonly findings: readonly JudgedFinding[]
  /** Rows that break rules which only warn. */
  readonly warnings: RowWarnings
}

/** A target's rules, ready to judge one dataset while it is read. */
export interface Judge {
  /** To be applied to every row, in this order. */
  readonly rules: readonly ExampleRule[]
  /** After the last row; `accepted` is how many were. */
  readonly judgement: (accepted: number) => Judgement
}

export interface JudgeOptions {
  readonly role: 'training' | 'validation'
  /** Ids of rules that shall warn instead of refusing. */
  readonly allow: readonly string[]
  readonly now: Date
}

/** Rows are looked at once: what rules, sizes, tokens and images need is gathered on the way. */
export async function createJudge(target: Target, { role, allow, now }: JudgeOptions): Promise<Judge> {
  const records = target.rules.filter(({ id }) => isLimitId(id))
  const relied = (record: RuleRecord) => limitsOf([record], isOld(record, now) ? [...allow, record.id] : allow)
  const onRows = rowLimits(records.flatMap(relied))
  const tokens = await tokenTally(target, records)
  const sums = { bytes: 0, imageExamples: 0, rows: 0 }
  const onWritten = ({ example, line, bytes }: { example: Example; line: number; bytes: number }) => {
    sums.rows++
    sums.bytes += bytes
    if (hasImage(example)) sums.imageExamples++
    tokens?.add(example, line)
  }
  const format = formatOf(target)
  const last = format === undefined ? observing(onWritten) : writableAs(format, onWritten)
  return {
    rules: [...onRows.rules, last],
    judgement(accepted) {
      const counted = tokens?.result()
      const totals = {
        role,
        examples: accepted,
        imageExamples: sums.imageExamples,
        ...(format !== undefined && { bytes: sums.bytes }),
        ...(counted && {
          tokens: { total: counted.total, max: counted.max, exact: counted.method.kind === 'exact' },
        }),
      }
      const findings = records.flatMap((record) =>
        judgeDatasets(relied(record), [totals]).map((found) => findingOf(found, record, now)),
      )
      return {
        provider: target.provider,
        baseModel: target.baseModel,
        modelOnRecord: target.isModelOnRecord,
        method: target.method,
        offerings: target.offerings.map(({ id }) => id),
        ...(format !== undefined && { encoded: { format, rows: sums.rows, bytes: sums.bytes } }),
        ...(counted && { tokens: told(counted) }),
        findings,
        warnings: onRows.warnings(),
      }
    },
  }
}

async function tokenTally(target: Target, records: readonly RuleRecord[]) {
  const needed = records.some(({ id }) => isLimitId(id) && LIMITS[id].of === 'tokens')
  if (!needed) return undefined
  const method = tokenMethod(target.encoding?.encoding)
  return tallyTokens(method, await counterOf(method), truncation(records))
}

function told({ method, total, max, truncated }: TokenStatistics): NonNullable<Judgement['tokens']> {
  return { method, total, max, ...(truncated && { truncated }) }
}

/** A format on record that this version does not write is as good as none. */
function formatOf({ format }: Target): FormatId | undefined {
  const id = format?.format
  // The keys of the table are the formats.
  return id !== undefined && Object.hasOwn(FORMATS, id) ? (id as FormatId) : undefined
}

function observing(onWritten: (row: { example: Example; line: number; bytes: number }) => void): ExampleRule {
  return {
    id: 'observing',
    summary: 'Looks at rows, and rejects none.',
    check(example, line) {
      onWritten({ example, line, bytes: 0 })
      return undefined
    },
  }
}

function hasImage(example: Example): boolean {
  if (!('messages' in example)) return false
  return example.messages.some(
    ({ content }) => typeof content !== 'string' && content?.some(({ type }) => type === 'image_url'),
  )
}

function findingOf({ says, ...found }: LimitFinding, record: RuleRecord, now: Date): JudgedFinding {
  const { source, grade } = record
  return {
    ...found,
    message: `the ${found.role} dataset ${says}`,
    evidence: { source, grade, age: ageOf(record, now) },
  }
}

function isOld(record: RuleRecord, now: Date): boolean {
  return ageOf(record, now).state === 'too-old'
}
