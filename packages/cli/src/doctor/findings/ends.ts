import { formatReference, hasEnded, type Job } from '@anytune/core'
import type { CommandAction } from '../../command-words.ts'
import type { Account } from '../account.ts'
import { finding, type Finding, type FindingKind, type Subject } from '../finding.ts'
import type { Examination, Inventory } from '../inventory.ts'
import { endFrom, type End } from '../known.ts'
import { until } from '../words.ts'
import { isIdle } from './deployments.ts'

/** Where a way out is written to, when the user names nothing better. */
const EXPORT = { do: 'export-all', to: 'anytune-export' } as const

/** Models and deployments that have ended or will, however far off: what is within the horizon is urgent. */
export function endsOfThings(
  account: Account,
  inventory: Inventory,
  { now, horizonDays }: Examination,
): readonly Finding[] {
  const { models, deployments } = inventory
  return [
    ...models.flatMap(({ id, end }) =>
      end === undefined
        ? []
        : ending({ kind: 'model', id }, end, horizonDays, {
            kinds: ['model-ends', 'model-ended'],
            what: (when) => `the model ${id} answers ${when}`,
            over: `the model ${id} should have stopped answering`,
            commands: [askingOf(account, inventory, id), EXPORT],
          }),
    ),
    ...deployments.flatMap((deployment) => {
      const { id, end, model } = deployment
      if (end === undefined) return []
      // What is in use puts its own end off: a week of silence shows that it is not.
      const horizon = end.unlessUsed && !isIdle(deployment, now) ? 0 : horizonDays
      return ending({ kind: 'deployment', id }, end, horizon, {
        kinds: ['deployment-ends', 'deployment-ended'],
        what: (when) => `the deployment ${id}${model === undefined ? '' : ` of ${model}`} answers ${when}`,
        over: `the deployment ${id} should have stopped answering`,
        commands: [recording(referenceOf(account, id))],
      })
    }),
  ]
}

/** What keeps a model's answers; where models answer by deployments alone, one that has none must be deployed first. */
function askingOf(account: Account, { deployments }: Inventory, model: string): CommandAction {
  if (account.deployments.state === 'not-offered') return recording(model)
  const serving = deployments.find((deployment) => deployment.model === model)
  return serving === undefined ? { do: 'deploy', model } : recording(referenceOf(account, serving.id))
}

function recording(model: string): CommandAction {
  return { do: 'record', model }
}

/** The id alone would be taken for a model's. */
function referenceOf({ provider, scope }: Account, id: string): string {
  return formatReference({ provider, scope, kind: 'deployment', id })
}

/** When the provider, or a base model in use, takes no new jobs any more, and the jobs that run so close to it that they cannot be repeated. */
export function endsOfTraining(account: Account, inventory: Inventory, examination: Examination): readonly Finding[] {
  const { now, horizonDays, knowledge } = examination
  const { provider } = account
  const subject = { kind: 'provider', id: provider } as const
  const closing = knowledge.closes && endFrom(now, knowledge.closes)
  const closings = [
    ...(closing === undefined ? [] : [{ end: closing, whom: '' }]),
    ...knowledge.closesForSome.map(({ whom, ...end }) => ({ end: endFrom(now, end), whom: `, for ${whom}` })),
  ].map(({ end, whom }) => {
    const over = end.daysLeft <= 0
    // Whether the account is one of those that are shut out, nobody but its owner knows.
    const severity = over || whom !== '' ? 'note' : withinHorizon(end, horizonDays) ? 'urgent' : 'note'
    return finding(over ? 'closed' : 'closing', severity, {
      subject,
      what: over ? `${provider} takes no new jobs${whom}` : `${provider} takes new jobs ${until(end)}${whom}`,
      ...timed(end),
      commands: over ? [EXPORT] : [],
    })
  })
  return [
    ...closings,
    ...baseModelsInUse(inventory).flatMap((baseModel) => {
      const known = knowledge.trainingEnds(baseModel)
      if (known === undefined) return []
      const end = endFrom(now, known)
      const over = end.daysLeft <= 0
      return finding('training-ends', !over && withinHorizon(end, horizonDays) ? 'urgent' : 'note', {
        subject: { kind: 'model', id: baseModel },
        what: over ? `${baseModel} can be trained no more` : `${baseModel} can be trained ${until(end)}`,
        ...timed(end),
        commands: [],
      })
    }),
    ...account.jobs.items.filter((job) => !hasEnded(job)).flatMap((job) => beforeClosing(job, closing, examination)),
  ]
}

function beforeClosing(job: Job, closing: End | undefined, { now, horizonDays, knowledge }: Examination): Finding[] {
  const known = job.baseModel === undefined ? undefined : knowledge.trainingEnds(job.baseModel)
  const ends = [closing, known && endFrom(now, known)].filter((end) => end !== undefined)
  const [end] = ends.toSorted((one, other) => one.daysLeft - other.daysLeft)
  if (end === undefined || !withinHorizon(end, horizonDays)) return []
  const over = end.daysLeft <= 0
  return [
    finding('job-before-closing', over ? 'warning' : 'urgent', {
      subject: { kind: 'job', id: job.id },
      what: over
        ? `the job ${job.id} is ${job.status}; if it fails it cannot be repeated`
        : `the job ${job.id} is ${job.status}; if it fails it can be repeated ${until(end)}`,
      ...timed(end),
      commands: [job.status === 'paused' ? { do: 'resume-job', job: job.id } : { do: 'watch-job', job: job.id }],
    }),
  ]
}

interface Ending {
  readonly kinds: readonly [FindingKind, FindingKind]
  readonly what: (when: string) => string
  readonly over: string
  readonly commands: Finding['commands']
}

function ending(subject: Subject, end: End, horizonDays: number, { kinds, what, over, commands }: Ending): Finding {
  const [ends, ended] = kinds
  if (end.daysLeft <= 0) return finding(ended, 'warning', { subject, what: over, ...timed(end), commands })
  const severity = withinHorizon(end, horizonDays) ? 'urgent' : 'note'
  return finding(ends, severity, { subject, what: what(until(end)), ...timed(end), commands })
}

function timed({ at, daysLeft, basis }: End): Pick<Finding, 'when' | 'daysLeft' | 'basis'> {
  return { when: at, daysLeft, basis }
}

function withinHorizon({ daysLeft }: End, horizonDays: number): boolean {
  return daysLeft <= horizonDays
}

function baseModelsInUse({ models, jobs }: Inventory): readonly string[] {
  return [...new Set([...models, ...jobs].flatMap(({ baseModel }) => (baseModel === undefined ? [] : [baseModel])))]
}
