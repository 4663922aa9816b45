import type { Context, Driver, Region, TermsCheck } from '@anytune/core/driver'
import { classifyApiError, statusOf, UnexpectedAnswerError } from '@anytune/openai-compatible'
import type { OpenAI } from 'openai'

/** Whom to ask, and what is known without asking. */
export interface Organization {
  /** Signs with the key of an administrator; undefined: there is none. */
  readonly client: OpenAI | undefined
  /** Id of the project that the other requests are of. */
  readonly project: string | null
  readonly region: Region | undefined
}

/**
 * Reads what the organization and the project have agreed on retention. It never reaches the files and jobs of fine-tuning: what it
 * changes of tuned models and of abuse monitoring is the catalogue's to say.
 */
export function verifyTermsOf({ client, project, region }: Organization): NonNullable<Driver['verifyTerms']> {
  return async ({ signal }) => {
    const answer = client === undefined ? NO_KEY : await read(client, project, signal)
    const { setting, checks } = answer
    return {
      source: SOURCE,
      ...(region !== undefined && { region }),
      settings: setting === undefined ? [] : [setting],
      terms: [],
      checks,
    }
  }
}

const SOURCE = 'OpenAI, the data retention controls of the organization and of the project'

interface Answer {
  readonly setting?: string
  readonly checks: readonly TermsCheck[]
}

const NO_KEY: Answer = {
  checks: [
    {
      id: 'retention',
      result: 'could-not-read',
      message: 'what is agreed on retention is told to a key of an administrator alone, and there is none',
      hint: 'give adminKey, or set OPENAI_ADMIN_KEY',
    },
  ],
}

/** The vendor's words for what can be agreed, each a variant of the catalogue. */
const SETTINGS: Readonly<Record<string, string | undefined>> = {
  zero_data_retention: 'openai/zero-retention',
  modified_abuse_monitoring: 'openai/modified-abuse-monitoring',
  enhanced_zero_data_retention: 'openai/enhanced-zero-retention',
  enhanced_modified_abuse_monitoring: 'openai/enhanced-modified-abuse-monitoring',
}

/** A project's own agreement counts, and the organization's where the project says so. */
async function read(client: OpenAI, project: string | null, signal: Context['signal']): Promise<Answer> {
  if (project === null) return { checks: [UNNAMED_PROJECT] }
  const { dataRetention, projects } = client.admin.organization
  const ofProject = await ask('project-retention', 'the project', signal, () =>
    projects.dataRetention.retrieve(project, { signal }),
  )
  if (ofProject.type === undefined) return { checks: [ofProject.check] }
  if (ofProject.type !== 'organization_default') return told([ofProject.check], ofProject.type)
  const ofAll = await ask('retention', 'the organization', signal, () => dataRetention.retrieve({ signal }))
  return told([ofProject.check, ofAll.check], ofAll.type)
}

const UNNAMED_PROJECT: TermsCheck = {
  id: 'project-retention',
  result: 'could-not-read',
  message:
    'a project may have agreed something else than its organization, and which project the key is of is not known',
  hint: 'give project, or set OPENAI_PROJECT_ID',
}

function told(checks: readonly TermsCheck[], type: string | undefined): Answer {
  const setting = type === undefined ? undefined : SETTINGS[type]
  return { checks, ...(setting !== undefined && { setting }) }
}

/** What one question came to; without a type it was not answered, or in a word that is not known. */
interface Asked {
  readonly check: TermsCheck
  readonly type?: string
}

async function ask(id: string, who: string, signal: AbortSignal, question: () => Promise<unknown>): Promise<Asked> {
  try {
    const type = typeOf(await question())
    if (KNOWN.has(type)) {
      return { check: { id, result: 'read', message: `${who} has agreed: ${type.replaceAll('_', ' ')}` }, type }
    }
    const message = `${who} has agreed something on retention that has a new name`
    return { check: { id, result: 'could-not-read', message, hint: 'look for a newer version of the adapter' } }
  } catch (error) {
    signal.throwIfAborted()
    return { check: { id, result: 'could-not-read', ...refused(who, error) } }
  }
}

const KNOWN: ReadonlySet<string> = new Set([...Object.keys(SETTINGS), 'organization_default', 'none'])
const REFUSALS: ReadonlySet<number | undefined> = new Set([400, 401, 403, 404])

/** Why it could not be read; what may pass by itself is thrown. */
function refused(who: string, error: unknown): Pick<TermsCheck, 'message' | 'hint'> {
  const status = statusOf(error)
  if (!REFUSALS.has(status)) throw error
  if (status === 404) return { message: `${who} has no agreement on retention that could be read` }
  const { hint } = classifyApiError(error, 'verifyTerms')
  return { message: `the key may not read what ${who} has agreed on retention`, ...(hint !== undefined && { hint }) }
}

/** @throws UnexpectedAnswerError */
function typeOf(answer: unknown): string {
  if (typeof answer === 'object' && answer !== null && 'type' in answer && typeof answer.type === 'string') {
    return answer.type
  }
  throw new UnexpectedAnswerError('the answer has no type of retention')
}
