import { inspect } from 'node:util'
import { isAnytuneError } from '@anytune/core'
import { ELSEWHERE, LIMITED, LONG_PAUSE_SECONDS, REFUSED, SLOW, UNCERTAIN } from './faults.ts'
import { isRead } from './operations.ts'
import { ABORT, describeCell } from './run-cell.ts'
import type { Done } from './run-table.ts'

/** What must be so at every place of the table that it speaks of, whatever the checked-in table says. */
export interface Rule {
  readonly name: string
  /** What is wrong there; undefined where nothing is. */
  fault(done: Done): string | undefined
}

/** Places where all is not as a rule says, and why that is right. */
type Exceptions = Readonly<Record<string, string>>

/** By the operation and the request. */
const CARRIES_ON: Exceptions = {
  'preflight models.get': 'what a check could not read stands in the plan',
  'preflight models.list': 'what a check could not read stands in the plan',
  'preflight account.models.list': 'what a check could not read stands in the plan',
  'preflight jobs.list': 'what a check could not read stands in the plan',
  'preflight files.list': 'what a check could not read stands in the plan',
  'preflight account.get': 'what a check could not read stands in the plan',
  'preflight deployments.list': 'what a check could not read stands in the plan',
  'models.get account.models.list': 'last days are read by another right, and told where it is there',
  'models.list account.models.list': 'last days are read by another right, and told where it is there',
  'deployments.get metrics.list': 'the last use is read by another right, and told where it is there',
  'deployments.list metrics.list': 'the last use is read by another right, and told where it is there',
  'deployments.delete deployments.get': 'what is not there any more was deleted',
  'deployments.delete operations.result': 'what is not there any more was deleted, and its operation forgotten',
  'jobs.events jobs.events': 'a host may have no events',
  'jobs.events jobs.checkpoints': 'a host may have no checkpoints',
}

const MAY_BE_ASKED_ANEW: Exceptions = {
  'jobs.find jobs.list': 'a host may know no filter by metadata: then it is asked without',
  'jobs.events jobs.events': 'each look at a job asks for its events, where a host has them',
  'jobs.events jobs.checkpoints': 'each look at a job asks for its checkpoints, where a host has them',
  'deployments.delete operations.result': 'it is asked until the deployment is gone',
  'datasets.read files.content': 'a host may keep its downloads elsewhere: there is nobody there',
  'chat chat.create': 'a deployment that is there by Azure Resource Manager may not be reachable yet',
}

/** What a status is told as. */
const CODES: Readonly<Record<string, readonly string[]>> = {
  400: ['invalid-argument', 'failed-precondition'],
  401: ['unauthenticated'],
  403: ['permission-denied'],
  404: ['not-found', 'unsupported', 'unavailable'],
  409: ['failed-precondition'],
  422: ['invalid-argument'],
  // A download may lie elsewhere, and there is nobody there.
  [ELSEWHERE]: ['configuration', 'unavailable'],
}

/** Sending it twice would do it twice, or tell of a success as of a failure. */
const NOT_TWICE: ReadonlySet<string> = new Set([
  'jobs.create',
  'jobs.cancel',
  'jobs.pause',
  'jobs.resume',
  'files.delete',
  'models.delete',
  'deployments.delete',
  'chat.create',
])

/** By the request, or with the fault. */
const CANNOT_BE_NAMED: Exceptions = {
  'uploads.create': 'an upload whose id never came holds no row, and the vendor removes it within two hours',
  'uploads.cancel 400': 'the vendor has said that there is no such upload any more',
  'uploads.cancel 404': 'the vendor has said that there is no such upload any more',
  'uploads.cancel 409': 'the vendor has said that there is no such upload any more',
  'jobs.create answer lost, and never listed': 'the error says that it may be there, and purge that it cannot tell',
}

export const RULES: readonly Rule[] = [
  {
    name: 'what the vendor refuses is told by its code, and not asked again',
    fault({ cell, result }) {
      const codes = REFUSED.includes(cell.fault) ? CODES[cell.fault.name] : undefined
      // What went wrong first is what is told, not that it could not be cleaned up.
      if (codes === undefined || cell.strike.because?.kind === 'status') return undefined
      if (result.requests > 1 && MAY_BE_ASKED_ANEW[placeOf(cell)] === undefined) return `${result.requests} requests`
      if (!result.failed) return CARRIES_ON[placeOf(cell)] === undefined ? `ended as ${result.end}` : undefined
      return codes.includes(result.end) ? undefined : `the code ${result.end}`
    },
  },
  {
    name: 'a limit is waited for as long as the vendor says, or its length is told',
    fault({ cell, result }) {
      if (cell.fault === LIMITED.short && result.requests > 1) {
        return (result.pauseMs ?? 0) >= 1_000 ? undefined : `asked again after ${result.pauseMs} ms`
      }
      if (cell.fault !== LIMITED.long) return undefined
      if (result.requests > 1) return `${result.requests} requests`
      if (!isAnytuneError(result.error) || cell.strike.because?.kind === 'status') return undefined
      const { retryAfterMs, hint } = result.error
      const told = retryAfterMs === LONG_PAUSE_SECONDS * 1_000 && hint?.includes(`${LONG_PAUSE_SECONDS} s`) === true
      return told ? undefined : 'how long is not told'
    },
  },
  {
    name: 'what must not be done twice is not asked twice when its fate is not known',
    fault({ cell, result }) {
      const uncertain = UNCERTAIN.includes(cell.fault) && NOT_TWICE.has(cell.strike.request)
      return uncertain && result.requests > 1 ? `${result.requests} requests` : undefined
    },
  },
  {
    name: 'what only reads outlives one failure',
    fault({ cell, result }) {
      const passing = UNCERTAIN.includes(cell.fault) && cell.times === 'once' && isRead(cell.strike)
      return passing && result.failed ? `ended as ${result.end}` : undefined
    },
  },
  {
    name: 'a slow answer is an answer',
    fault: ({ cell, result }) =>
      cell.fault === SLOW && result.failed && cell.strike.because?.kind !== 'status'
        ? `ended as ${result.end}`
        : undefined,
  },
  {
    name: 'no job and no deployment is made twice, and a dataset only where no list tells of the first',
    fault({ cell, result: { balance } }) {
      if (balance.jobs > 1 || balance.deployments > 1) return 'made twice'
      const copies = cell.fault.name === 'answer lost, and never listed' ? 2 : 1
      return balance.datasets > copies ? `${balance.datasets} datasets` : undefined
    },
  },
  {
    name: 'an error names as data what removes what is left, and that does',
    fault({ cell, result }) {
      const { balance, leftThen, end } = result
      const isLeft = balance.datasets > 0 || balance['open uploads'] > 0 || balance.deployments > 0 || balance.jobs > 0
      // An abort is the caller's own: the run can be gone on with, and purged.
      if (!result.failed || end === 'aborted' || !isLeft || cell.operation.name.startsWith('jobs.resume'))
        return undefined
      const { request } = cell.strike
      const known = CANNOT_BE_NAMED[request] ?? CANNOT_BE_NAMED[`${request} ${cell.fault.name}`]
      if (leftThen === 'nothing' || known !== undefined) return undefined
      return leftThen === undefined ? 'no action is named' : `it leaves ${leftThen}`
    },
  },
  {
    name: 'an abort is the caller’s own reason, at once',
    fault({ cell, result }) {
      if (cell.fault.abortedAt === undefined) return undefined
      if (result.error !== ABORT) return `ended as ${result.end}`
      return result.requests > 1 ? `${result.requests} requests` : undefined
    },
  },
  {
    name: 'every request, and every answer that is no fault, is as the vendor describes it',
    fault: ({ result: { breaches } }) => (breaches.length === 0 ? undefined : breaches.join('; ')),
  },
  {
    name: 'no error and no journal shows a row, a key or a token, however it is looked at',
    fault({ result: { error, journal, secrets } }) {
      const shown = `${inspect(error, { depth: 9 })} ${JSON.stringify(error)} ${String(error)} ${journal}`
      return secrets.some((secret) => shown.includes(secret)) ? 'it is shown' : undefined
    },
  },
]

/** The places where a rule does not hold. */
export function faultsOf({ fault }: Rule, table: readonly Done[]): readonly string[] {
  return table.flatMap((done) => {
    const wrong = fault(done)
    return wrong === undefined ? [] : [`${describeCell(done.cell)}: ${wrong}`]
  })
}

function placeOf({ operation, strike }: Done['cell']): string {
  return `${operation.name} ${strike.request}`
}
