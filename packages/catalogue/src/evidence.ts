/** How a fact is known, best first. Whoever uses a record decides which grades are good enough for what. */
export const GRADES = {
  contract: 'your own contract, invoice or measurement, as you wrote it down',
  ran: 'seen when it was run',
  schema: 'read in the vendor’s package or machine-readable schema',
  'vendor-page': 'read on the vendor’s own page, or on a dated copy of it',
  'vendor-excerpt': 'read on the vendor’s own page, of which only an excerpt was seen',
  'vendor-example': 'a number that the vendor’s documentation gives as an example, not its price list',
  'third-party': 'read on a page of somebody else who quotes or sums up the vendor',
  unverified: 'no source was found that settles it, or sources disagree',
} as const

/** How a fact is known; see {@link GRADES}. */
export type Grade = keyof typeof GRADES

/** Where a fact was read. */
export interface Source {
  readonly title: string
  /** Absolute; absent where the source has none that lasts. */
  readonly url?: string
  /** What the copy that was read says of its own date: `YYYY-MM-DD`, or `YYYY-MM`, which counts from the month's first day. */
  readonly pageDate?: string
  /** When it was read: `YYYY-MM-DD`. */
  readonly readOn: string
}

/** What every record carries. */
export interface Evidence {
  readonly source: Source
  readonly grade: Grade
  /** What a reader must know besides, as sentences. */
  readonly note?: string
}

/** A record is relied on while it is fresh, with a warning while it is stale, and not at all once it is too old. */
export interface Age {
  readonly days: number
  readonly state: 'fresh' | 'stale' | 'too-old'
}

/** From this many days on a record warns. */
export const STALE_AFTER_DAYS = 90
/** From this many days on what a record says counts as unknown. */
export const TOO_OLD_AFTER_DAYS = 180

/** How old a record is: counted from the date of the copy that was read, not from the day somebody typed it in. */
export function ageOf({ source }: Pick<Evidence, 'source'>, now: Date): Age {
  const days = Math.max(0, Math.floor((now.getTime() - timeOf(source.pageDate ?? source.readOn)) / DAY_MS))
  const state = days > TOO_OLD_AFTER_DAYS ? 'too-old' : days > STALE_AFTER_DAYS ? 'stale' : 'fresh'
  return { days, state }
}

/** Whole days from now to the beginning (UTC) of that day, begun ones counted; 0 or less once it has come. */
export function daysUntil(date: string, now: Date): number {
  // Adding 0 turns the minus zero of a day that has just begun into zero.
  return Math.ceil((timeOf(date) - now.getTime()) / DAY_MS) + 0
}

const DAY_MS = 24 * 60 * 60 * 1000

/** Milliseconds since 1970 of a `YYYY-MM-DD` or `YYYY-MM` in UTC, as JavaScript reads dates without a time. */
function timeOf(date: string): number {
  return Date.parse(date)
}
