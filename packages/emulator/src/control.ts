import { assertAccountName } from './accounts.ts'
import { EmulatorError } from './errors.ts'
import { parseFaults } from './faults.ts'
import { json } from './server/answer.ts'
import { readJson } from './server/read-body.ts'
import { CONTROL_PREFIX } from './server/vendor-server.ts'
import { checkShape, list, map, anything, choice, number, object, optional, text, type Shape } from './server/shape.ts'
import type { Answer, VendorName, VendorRequest } from './server/service.ts'
import type { Emulator } from './start-emulator.ts'
import { parseOutcome } from './training/outcome.ts'

/** What the emulator can be told over HTTP is what `Emulator` can do, so that another process has the same means. */
type Controlled = Pick<Emulator, 'account' | 'clock' | 'faults' | 'requests' | 'reset'>

/** Answers `/__emulator/…`; undefined for any other path. */
export function answerControl(emulator: Controlled, vendor: VendorName, request: VendorRequest): Answer | undefined {
  if (!request.path.startsWith(CONTROL_PREFIX)) return undefined
  const name = request.path.slice(CONTROL_PREFIX.length)
  try {
    if (name === 'requests' && request.method === 'GET') {
      return json(200, { requests: emulator.requests(request.query.get('account') ?? undefined) })
    }
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
    if (command === undefined)
      return problem(404, `there is no ${request.path}; there are: ${Object.keys(COMMANDS).join(', ')}`)
    if (request.method !== 'POST') return problem(405, 'commands are POST')
    return json(200, command(emulator, readCommand(request), vendor) ?? {})
  } catch (error) {
    if (error instanceof EmulatorError || error instanceof RangeError) return problem(400, error.message)
    throw error
  }
}

type Body = Readonly<Record<string, unknown>>
type Command = (emulator: Controlled, body: Body, vendor: VendorName) => unknown

const vendorMember = optional(choice('openai', 'azure'))

const COMMANDS: Readonly<Record<string, Command>> = {
  /** Adds faults; `{"clear": true}` removes those before. */
  faults(emulator, body) {
    check(object({ faults: optional(list(anything)), clear: optional({ kind: 'boolean' }) }), body)
    if (body['clear'] === true) emulator.faults.clear()
    emulator.faults.add(...parseFaults(body['faults'] ?? []))
    return { pending: emulator.faults.pending() }
  },
  clock(emulator, body) {
    check(object({ advanceMilliseconds: optional(number({ minimum: 0 })) }), body)
    emulator.clock.advance(Number(body['advanceMilliseconds'] ?? 0))
    return { now: new Date(emulator.clock.now()).toISOString() }
  },
  reset(emulator, body) {
    check(object({ account: optional(text()) }), body)
    emulator.reset(typeof body['account'] === 'string' ? assertAccountName(body['account']) : undefined)
  },
  outcome(emulator, body, vendor) {
    check(object({ account: text(), vendor: vendorMember, outcome: anything }), body)
    accountOf(emulator, body).plan(parseOutcome(body['outcome']), vendorOf(body, vendor))
  },
  settings(emulator, body, vendor) {
    check(object({ account: text(), vendor: vendorMember, settings: map(anything) }), body)
    accountOf(emulator, body).configure(body['settings'] as Body, vendorOf(body, vendor)) // the shape says so
  },
  seed(emulator, body, vendor) {
    check(object({ account: text(), vendor: vendorMember, seed: map(anything) }), body)
    return accountOf(emulator, body).seed(body['seed'] as Body, vendorOf(body, vendor)) // the shape says so
  },
}

function accountOf(emulator: Controlled, body: Body) {
  return emulator.account(String(body['account']))
}

/** The vendor that is named, or else the one whose port was asked. */
function vendorOf(body: Body, asked: VendorName): VendorName {
  return (body['vendor'] ?? asked) as VendorName // the shape says so
}

/** JSON only, and said so: a page in a browser cannot send that here without being asked. */
function readCommand(request: VendorRequest): Body {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new EmulatorError('commands are application/json')
  }
  const reading = readJson(request.body)
  if ('problem' in reading) throw new EmulatorError('the body is no JSON')
  check(map(anything), reading.value)
  return reading.value as Body // the shape says so
}

function check(shape: Shape, value: unknown): void {
  const violation = checkShape(shape, value)
  if (violation === undefined) return
  const { path, rule, expected } = violation
  throw new EmulatorError(rule === 'unknown' ? `"${path}" is unknown` : `${path || 'the body'} must be ${expected}`)
}

function problem(status: number, message: string): Answer {
  return json(status, { error: { message } })
}
