import { resolve } from 'node:path'
import type { Tuner } from '@anytune/core'
import { ENDS_SOON, INCOMPLETE, SUCCESS } from '../exit-codes.ts'
import { understand } from '../failure.ts'
import { interruptible } from '../interrupt.ts'
import { nextCommands } from '../next-command.ts'
import { profilesOf, withTuner } from '../open-tuner.ts'
import type { Session } from '../session.ts'
import { writeText } from '../write-text.ts'
import { calendarOf, type Say } from './calendar.ts'
import { diagnose, type Diagnosis, type Looked } from './diagnose.ts'
import { knowledgeFrom } from './knowledge.ts'
import { readAccount } from './read-account.ts'
import { tellDiagnosis, tellResult, tellUnreadable } from './tell.ts'

export interface DoctorFlags {
  readonly allProfiles?: true | undefined
  readonly ics?: string | undefined
  /** Days. */
  readonly failWithin: number
}

/** Looks at one account, or at all that the configuration names, and tells what ends, costs or lies around; changes nothing there. */
export async function doctor(session: Session, flags: DoctorFlags): Promise<number> {
  // One moment for everything, so that no two numbers of the report are counted from different ones.
  const now = new Date()
  const looked = await interruptible((signal) => lookAtAll(session, flags, now, signal))
  const diagnoses = looked.flatMap((look) => ('diagnosis' in look ? [look.diagnosis] : []))
  if (flags.ics !== undefined) await writeCalendar(session, flags.ics, diagnoses, now)
  tellResult(session, looked, flags.failWithin)
  const incomplete = diagnoses.length < looked.length || diagnoses.some(({ unread }) => unread.length > 0)
  // A report that lacks a part can promise nothing, also not that nothing else ends.
  if (incomplete) return INCOMPLETE
  return diagnoses.some(({ findings }) => findings.some(({ severity }) => severity === 'urgent')) ? ENDS_SOON : SUCCESS
}

async function lookAtAll(
  session: Session,
  flags: DoctorFlags,
  now: Date,
  signal: AbortSignal,
): Promise<readonly Looked[]> {
  const look = async (at: Session) => {
    const diagnosis = await withTuner(at, (tuner) => lookAt(tuner, flags, now, signal))
    tellDiagnosis(at, diagnosis, now)
    return { profile: diagnosis.profile, diagnosis }
  }
  if (!flags.allProfiles) return [await look(session)]
  const looked: Looked[] = []
  for (const profile of await profilesOf(session)) {
    const at: Session = { ...session, globals: { ...session.globals, provider: profile } }
    looked.push(
      // One account that cannot be reached is no reason not to look at the others.
      await look(at).catch((cause: unknown) => {
        signal.throwIfAborted()
        const error = understand(cause)
        tellUnreadable(at, profile, error)
        return { profile, error }
      }),
    )
  }
  return looked
}

async function lookAt(tuner: Tuner, { failWithin }: DoctorFlags, now: Date, signal: AbortSignal): Promise<Diagnosis> {
  const account = await readAccount(tuner, signal)
  const { id } = tuner.offering({ operation: 'train' })
  return diagnose(account, { now, horizonDays: failWithin, knowledge: knowledgeFrom(tuner.catalogue, id, now) })
}

async function writeCalendar(
  session: Session,
  file: string,
  diagnoses: readonly Diagnosis[],
  now: Date,
): Promise<void> {
  // For the account that is looked at, whichever profile the next shell would choose.
  const say: Say = ({ profile }, actions) => nextCommands(atProfile(session, profile), actions)
  await writeText(resolve(session.streams.cwd, file), calendarOf(diagnoses, now, say), file)
  session.output.note(`deadlines written to ${file}`)
}

function atProfile(session: Session, provider: string): Session {
  return { ...session, globals: { ...session.globals, provider } }
}
