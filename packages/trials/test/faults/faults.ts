import type { FaultKind } from '@anytune/emulator'

/** How often a fault strikes: once, and then all is well; for as long as anybody asks; or often, where looks go on through outages. */
export type Times = 'once' | 'always'

/** Something that goes wrong with a request. */
export interface TableFault {
  readonly name: string
  /** How the emulator is told; `message` is what the vendor's error body says. */
  kind(message: string): FaultKind
  readonly times: readonly Times[]
  /** What it is at a request that changes nothing, another fault is as well. */
  readonly effect?: true
  /** Only a request that makes something can be struck by it. */
  readonly creates?: true
  /** The answer is lost on its way to the client, as well. */
  readonly answerLost?: true
  /** The caller aborts when the request has come so far. */
  readonly abortedAt?: 'before' | 'after'
  /** Nobody but the client's own patience ends it. */
  readonly patience?: true
  /** The vendor says that the thing is not there: what was just made is waited for half a minute. */
  readonly unseen?: true
}

const status =
  (code: number, more: Readonly<{ when?: 'after'; headers?: Readonly<Record<string, string>> }> = {}) =>
  (message: string): FaultKind => ({ kind: 'status', status: code, message, ...more })

/** Longer than core waits for anybody. */
export const LONG_PAUSE_SECONDS = 600

export const ELSEWHERE = '307 to another host'

export const REFUSED: readonly TableFault[] = [
  { name: '400', kind: status(400), times: ['always'] },
  { name: '401', kind: status(401), times: ['always'] },
  { name: '403', kind: status(403), times: ['always'] },
  { name: '404', kind: status(404), times: ['always'], unseen: true },
  { name: '409', kind: status(409), times: ['always'] },
  { name: '422', kind: status(422), times: ['always'] },
  // Nobody has agreed to that place: nothing is sent there, and the vendor has done nothing.
  { name: ELSEWHERE, kind: status(307, { headers: { location: 'http://127.0.0.1:2/' } }), times: ['always'] },
]

export const LIMITED = {
  plain: { name: '429', kind: status(429), times: ['always'] },
  short: { name: '429, Retry-After 1 s', kind: status(429, { headers: { 'retry-after': '1' } }), times: ['once'] },
  long: {
    name: `429, Retry-After ${LONG_PAUSE_SECONDS} s`,
    kind: status(429, { headers: { 'retry-after': String(LONG_PAUSE_SECONDS) } }),
    times: ['always'],
  },
} as const satisfies Readonly<Record<string, TableFault>>

/** Nobody knows what became of the request. */
export const UNCERTAIN: readonly TableFault[] = [
  { name: '500', kind: status(500), times: ['once', 'always'] },
  { name: '500 after the effect', kind: status(500, { when: 'after' }), times: ['once', 'always'], effect: true },
  { name: '502 as a page', kind: () => ({ kind: 'not-json' }), times: ['always'] },
  { name: '503', kind: status(503), times: ['always'] },
  { name: '504', kind: status(504), times: ['always'] },
  { name: '200 as a page', kind: () => ({ kind: 'not-json', status: 200 }), times: ['once', 'always'] },
  {
    name: '200 as a page, after the effect',
    kind: () => ({ kind: 'not-json', status: 200, when: 'after' }),
    times: ['once'],
    effect: true,
  },
  { name: 'connection reset', kind: () => ({ kind: 'reset' }), times: ['once', 'always'] },
  { name: 'answer lost', kind: () => ({ kind: 'reset', when: 'after' }), times: ['once', 'always'], effect: true },
  { name: 'half an answer', kind: () => ({ kind: 'truncate' }), times: ['once', 'always'] },
  { name: 'no answer in the client’s time', kind: () => ({ kind: 'hang' }), times: ['once'], patience: true },
]

export const ABORTED: readonly TableFault[] = [
  { name: 'no answer, the caller aborts', kind: () => ({ kind: 'hang' }), times: ['once'], abortedAt: 'before' },
  {
    name: 'no answer after the effect, the caller aborts',
    kind: () => ({ kind: 'hang', when: 'after' }),
    times: ['once'],
    abortedAt: 'after',
    effect: true,
  },
]

const listLag = (lists: number) => (): FaultKind => ({ kind: 'list-lag', lists })

/** The vendor lags behind itself. */
export const LATE: readonly TableFault[] = [
  { name: 'not listed at first', kind: listLag(2), times: ['once'], creates: true },
  {
    name: 'answer lost, and not listed at first',
    kind: listLag(2),
    times: ['once'],
    creates: true,
    answerLost: true,
  },
  { name: 'answer lost, and never listed', kind: listLag(1_000), times: ['once'], creates: true, answerLost: true },
  { name: 'not found at first', kind: () => ({ kind: 'get-lag', looks: 2 }), times: ['once'], creates: true },
]

export const SLOW: TableFault = {
  name: 'slow answer',
  kind: () => ({ kind: 'slow', bytes: 64, everyMilliseconds: 1 }),
  times: ['always'],
}

export const ALL: readonly TableFault[] = [
  ...REFUSED,
  ...Object.values(LIMITED),
  ...UNCERTAIN,
  SLOW,
  ...ABORTED,
  ...LATE,
]

/** An answer that breaks off when some of it was read. */
export const BROKEN_STREAM: TableFault = {
  name: 'answer breaks off after some pieces',
  kind: () => ({ kind: 'truncate', events: 4 }),
  times: ['once', 'always'],
}
