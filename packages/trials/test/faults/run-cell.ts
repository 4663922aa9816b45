import { type AnytuneError, isAnytuneError, type NextAction } from '@anytune/core'
import type { Fault } from '@anytune/emulator'
import type { Balance } from './account-ledger.ts'
import { REFUSED, type TableFault, type Times } from './faults.ts'
import type { Operation, Strike } from './operations.ts'
import { type Ground, PLANTED, type Scene, type VendorName } from './scene.ts'

/** A place of the table. */
export interface Cell {
  readonly vendor: VendorName
  readonly operation: Operation
  readonly strike: Strike
  readonly fault: TableFault
  readonly times: Times
}

/** What came of it. */
export interface Result {
  /** What the tuner gave back, a code of an error, or `aborted`. */
  readonly end: string
  readonly failed: boolean
  /** Requests of the struck kind that the vendor saw. */
  readonly requests: number
  /** What the vendor has more, or less, than before. */
  readonly left: string
  readonly balance: Balance
  /** What the error says is to be done, with this run's own names taken out. */
  readonly advice?: string
  /** The same as data. */
  readonly next?: readonly NextAction[]
  /** What is left when the action that the error names for it was carried out. */
  readonly leftThen?: string
  readonly error?: unknown
  /** All that was written to the journal. */
  readonly journal: string
  /** What the error must not show. */
  readonly secrets: readonly string[]
  /** What was not as the vendor describes its API; nothing where the descriptions are not at hand. */
  readonly breaches: readonly string[]
  /** The vendor was asked again so many milliseconds after it had been struck. */
  readonly pauseMs?: number
}

/** The client's own patience where that is what is tried: longer than any answer takes on a busy machine. */
const PATIENCE_MS = 3_000
const SEVEN_TIMES = 7
const FOR_EVER = 1_000

/** Has one thing go wrong with one request of one operation, on an account of its own. */
export async function runCell(ground: Ground, cell: Cell): Promise<Result> {
  const { vendor, operation, strike, fault } = cell
  const { emulator, ledger } = ground
  const patience = fault.patience === true ? { timeoutMs: PATIENCE_MS } : {}
  const scene = await ground.scene(vendor, { ...operation.options, ...patience })
  const { name: account } = scene.account
  await operation.prepare?.(scene)
  const before = ledger.balanceOf(account)
  const seen = scene.account.requests().length
  emulator.faults.add(...faultsOfCell(cell, scene))
  const aborting = new AbortController()
  const stop = emulator.onRequest((phase, exchange) => {
    if (exchange.account !== account || exchange.operation !== strike.request || exchange.fault === undefined) return
    if (phase === fault.abortedAt) aborting.abort(ABORT)
    // What a listener throws breaks the connection.
    if (fault.answerLost === true && phase === 'after') throw new Error('the answer is lost')
  })
  const outcome = await ending(operation.act(scene, aborting.signal))
  stop()
  emulator.faults.clear(account)
  const asked = scene.account
    .requests()
    .slice(seen)
    .filter((exchange) => exchange.operation === strike.request)
    .slice(strike.after ?? 0)
  const [first, second] = asked
  if (first?.fault === undefined) throw new Error(`nothing was struck: ${describeCell(cell)}`)
  const balance = difference(before, ledger.balanceOf(account))
  const result: Result = {
    end: outcome.end,
    failed: 'error' in outcome,
    requests: asked.length,
    left: tell(balance),
    balance,
    ...('error' in outcome && { error: outcome.error }),
    ...(second !== undefined && { pauseMs: Date.parse(second.at) - Date.parse(first.at) }),
    journal: await written(scene),
    secrets: secretsOf(scene),
    breaches: ground.breachesOf(scene.account.requests()),
  }
  const { error } = result
  const followed = isAnytuneError(error) && (await follow(scene, error))
  const then = tell(difference(before, ledger.balanceOf(account)))
  // Its log and its things are of no use any more.
  emulator.reset(account)
  if (!isAnytuneError(error)) return result
  return {
    ...result,
    advice: anonymous(error.hint ?? '', scene),
    // Ids are texts: what was JSON is JSON.
    next: JSON.parse(anonymous(JSON.stringify(error.next ?? []), scene)) as readonly NextAction[],
    ...(followed && { leftThen: then }),
  }
}

/** Names a place of the table. */
export function describeCell({ vendor, operation, strike, fault, times }: Cell): string {
  return [vendor, operation.name, strike.request, `${fault.name}, ${times}`].join(' · ')
}

function faultsOfCell({ vendor, operation, strike, fault, times }: Cell, scene: Scene): readonly Fault[] {
  const often = operation.watches === true && !isRefusal(fault) ? SEVEN_TIMES : FOR_EVER
  const struck: Fault = {
    ...fault.kind(vendorMessage(scene)),
    operation: strike.request,
    after: strike.after ?? 0,
    times: times === 'once' ? 1 : often,
  }
  const all = strike.because === undefined ? [struck] : [strike.because, struck]
  return all.map((one) => ({ ...one, account: scene.account.name, vendor }))
}

/** Why the caller aborts. */
export const ABORT = new Error('the caller has aborted')

type Outcome = { readonly end: string } | { readonly end: string; readonly error: unknown }

async function ending(acting: Promise<string>): Promise<Outcome> {
  try {
    return { end: await acting }
  } catch (error) {
    if (error === ABORT) return { end: 'aborted', error }
    if (isAnytuneError(error)) return { end: error.code, error }
    throw error
  }
}

function isRefusal(fault: TableFault): boolean {
  return REFUSED.includes(fault) || fault.name.startsWith('429, Retry-After')
}

/** A body as a vendor may write it, that quotes a row and shows keys. */
function vendorMessage({ credentials }: Scene): string {
  const row = JSON.stringify({ messages: [{ role: 'assistant', content: PLANTED.row }] })
  return `Line 3 starts with "${PLANTED.row}", that is ${row}; the key was ${PLANTED.key}, or ${credentials.join(' or ')}.`
}

/** Removes what is left as the error says; true when it says how. */
async function follow(scene: Scene, { next = [] }: AnytuneError): Promise<boolean> {
  const { tuner } = scene
  for (const action of next) {
    if (action.do === 'purge' && action.target.id !== undefined) {
      const { kind, id } = action.target
      await tuner.purge({ kind, id }, { cancelJob: action.cancelJob === true })
      return true
    }
    if (action.do !== 'undeploy') continue
    // Without an id the user looks which one it is.
    const ids = action.deployment === undefined ? await deployed(scene) : [action.deployment]
    for (const id of ids) await tuner.deployments.delete(id)
    return ids.length > 0
  }
  return false
}

/** What the list has beside what was there before. */
async function deployed({ tuner, things }: Scene): Promise<readonly string[]> {
  const all = await Array.fromAsync(tuner.deployments.list())
  return all.map(({ id }) => id).filter((id) => id !== things.deployment)
}

/** Ids are others each time. */
function anonymous(text: string, { things }: Scene): string {
  const plain = Object.entries(things).reduce(
    (told, [kind, id]) => (id === '' ? told : told.replaceAll(id, kind.toUpperCase())),
    text,
  )
  return plain.replaceAll(/\b(run|deploy)-[a-z0-9]{10}\b(-[a-z]+)?/g, (_, kind: string) =>
    kind === 'run' ? 'RUN' : 'DEPLOYMENT',
  )
}

async function written({ journal }: Scene): Promise<string> {
  const operations = await journal.list()
  return JSON.stringify(await Promise.all(operations.map((id) => journal.read(id))))
}

function secretsOf({ credentials }: Scene): readonly string[] {
  return [...credentials, PLANTED.key, PLANTED.row]
}

const KINDS = ['datasets', 'open uploads', 'jobs', 'deployments', 'models'] as const

function difference(before: Balance, after: Balance): Balance {
  // The keys are those of a balance.
  return Object.fromEntries(KINDS.map((kind) => [kind, after[kind] - before[kind]])) as unknown as Balance
}

function tell(balance: Balance): string {
  const told = KINDS.filter((kind) => balance[kind] !== 0).map((kind) => {
    const count = Math.abs(balance[kind])
    return `${balance[kind] > 0 ? '+' : '−'}${count} ${count === 1 ? kind.slice(0, -1) : kind}`
  })
  return told.length === 0 ? 'nothing' : told.join(', ')
}
