import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Decision, sqliteJournal } from '@anytune/core'
import { countInstants, type Instant, type Moment } from './instants.ts'
import type { Order, Told } from './killed-process.ts'
import { type End, type Ground, makePlace, type Sender, tellSenders } from './place.ts'
import type { Condition, Scenario } from './scenarios.ts'
import type { World } from './world.ts'

/** A world whose processes are real ones, with a journal on the disk, and are killed with SIGKILL. */
export function realWorld(ground: Ground, scenario: Scenario, condition: Condition): World & AsyncDisposable {
  const state = mkdtempSync(join(ground.folder, 'state-'))
  const place = makePlace(ground, scenario, condition, sqliteJournal(state))
  const { vendor, inParts } = scenario
  const processes: RealProcess[] = []
  const stop = tellSenders(ground.emulator, place.account, processes)
  return {
    ...place,
    async live(dies = () => false, decision?: Decision) {
      const order: Order = { vendor, inParts, state, training: ground.training, ...(decision && { decision }) }
      const process = startProcess(
        order,
        { ...place.account.env(vendor), NODE_COMPILE_CACHE: join(ground.folder, 'cache') },
        dies,
      )
      processes.push(process)
      return process.end
    },
    async catchUp() {
      for (const process of processes) await process.arriveLate()
      await place.showAll()
    },
    async [Symbol.asyncDispose]() {
      stop()
      await place.journal.close()
      place.leave()
    },
  }
}

interface RealProcess extends Sender {
  readonly end: Promise<End>
  /** Lets its late request do what it asks for; resolves when that is done. */
  arriveLate(): Promise<void>
}

const PROGRAM = fileURLToPath(new URL('killed-process.ts', import.meta.url))

function startProcess(
  order: Order,
  environment: Readonly<Record<string, string>>,
  dies: (instant: Instant) => boolean,
): RealProcess {
  const { PATH, HOME } = process.env
  const child = fork(PROGRAM, [JSON.stringify(order)], {
    execArgv: ['--conditions=@anytune/source'],
    env: { PATH, HOME, ...environment },
  })
  const count = countInstants()
  const late = Promise.withResolvers<void>()
  const arrived = Promise.withResolvers<void>()
  let lateExchange: number | undefined
  let killedAt: Instant | undefined
  const exited = once(child, 'exit')

  /** Comes to a moment, and kills the process where that is the last; true of one that is dead. */
  async function comeTo(act: string, moment: Moment): Promise<boolean> {
    if (killedAt !== undefined) return true
    const instant = count(act, moment)
    if (!dies(instant)) return false
    killedAt = instant
    child.kill('SIGKILL')
    await exited
    return true
  }

  return {
    end: endOf(child, exited, comeTo, () => killedAt),
    async onRequest(phase, { operation, method, number }) {
      if (phase === 'after' && number === lateExchange) arrived.resolve()
      if (killedAt !== undefined) return
      if (phase === 'before' && method !== 'GET' && (await comeTo(operation, 'late'))) {
        lateExchange = number
        return late.promise
      }
      if (await comeTo(operation, phase)) throw new Error('its connection breaks, for its process is dead')
    },
    async arriveLate() {
      late.resolve()
      if (lateExchange !== undefined) await arrived.promise
    },
  }
}

async function endOf(
  child: ChildProcess,
  exited: Promise<unknown>,
  comeTo: (act: string, moment: Moment) => Promise<boolean>,
  killedAt: () => Instant | undefined,
): Promise<End> {
  let last: Exclude<Told, { kind: 'write' }> | undefined
  child.on('message', (told: Told) => {
    if (told.kind === 'write') void comeTo(told.act, told.moment).then((dead) => dead || child.send('live'))
    else last = told
  })
  await exited
  const at = killedAt()
  if (at !== undefined) return { kind: 'died', at }
  if (last?.kind === 'completed' || last?.kind === 'undecided') return last
  throw new Error(last?.stack ?? 'a process ended without a word')
}
