import type {
  AuditedDataset,
  AuditedDeployment,
  AuditedPurge,
  AuditedQuestions,
  AuditedRun,
  AuditedThing,
  AuditRecord,
  StepEnd,
} from '@anytune/core'
import { safeLine } from '../output/safe-text.ts'
import type { Paint } from '../output/style.ts'
import { fields } from '../output/table.ts'
import { bytes, integer } from '../output/units.ts'

/** A record of the audit for people. */
export function recordText(record: AuditRecord, paint: Paint): string {
  if (record.kind === 'run') return runText(record, paint)
  const told = { account: accountOf(record), began: record.at, [record.kind]: otherText(record) }
  return `${paint('bold', safeLine(`${record.kind} ${record.operation}`))}\n${fields(told, '  ')}`
}

/** What no run of the journal made. */
function otherText(record: Exclude<AuditRecord, AuditedRun>): string | readonly string[] {
  switch (record.kind) {
    case 'deployment':
      return deploymentText(record)
    case 'questions':
      return questionsText(record)
    case 'purge':
      return purgeText(record)
  }
}

function runText(run: AuditedRun, paint: Paint): string {
  const { plan, offering, job } = run
  const told = {
    account: accountOf(run),
    offering: safeLine(`${offering.title} (${offering.id})`),
    began: run.at,
    training: safeLine(`${run.method} of ${run.baseModel}`),
    plan: `sha256 ${plan.digest}, made ${plan.createdAt}`,
    policy: safeLine(plan.policy.note),
    allowed: plan.allow?.map(safeLine),
    'as set': plan.verified && [
      `asked ${plan.verified.at}`,
      ...[plan.verified.region ?? [], plan.verified.settings].flat().map(safeLine),
    ],
    [offering.egress === 'none' ? 'stayed here' : 'left']: run.datasets.flatMap(datasetText),
    job: jobText(job),
    made: run.created.map(thingText),
    decided: run.decisions.map(({ at, step, adopted }) =>
      safeLine(`${at}  ${step}: ${adopted === null ? 'make it again' : `it is ${adopted}`}`),
    ),
    deployed: run.deployments.map(deploymentText),
    asked: run.questions.map(questionsText),
    removed: run.purges.flatMap(purgeText),
  }
  return `${paint('bold', safeLine(`run ${run.run}`))}\n${fields(told, '  ')}`
}

function accountOf({ provider, scope, profile }: AuditRecord): string {
  return safeLine(`${provider}, ${scope} (profile ${profile})`)
}

function datasetText(dataset: AuditedDataset): readonly string[] {
  const { role, name, class: sensitivity, rows, sha256, sent, begunAt, endedAt, id, rowHashes } = dataset
  const what = [
    `${role} ${name}: ${integer(rows)} rows, ${bytes(dataset.bytes)}`,
    sensitivity === undefined ? 'no class given' : `class ${sensitivity}`,
    `hashes of its rows: ${rowHashes.replace('-', ' ')}`,
  ]
  const when = [SENT[sent], begunAt && `from ${begunAt}`, endedAt && `to ${endedAt}`, id && `kept as ${id}`]
  return [what.join('; '), `  sha256 ${sha256}`, `  ${when.filter(Boolean).join(' ')}`].map(keepIndent)
}

const SENT: Readonly<Record<AuditedDataset['sent'], string>> = {
  'not-begun': 'not sent',
  begun: 'may have been sent: its end was not written down',
  done: 'sent',
  refused: 'refused by the provider',
  unsure: 'may have been sent: nobody can tell',
}

function jobText({ state, begunAt, endedAt, id, ended }: AuditedRun['job']): string {
  const parts = [
    JOB[state],
    begunAt && `asked for ${begunAt}`,
    endedAt && `written down ${endedAt}`,
    id,
    ended && `${ended.status}, seen ${ended.at}`,
  ]
  return safeLine(parts.filter(Boolean).join('; '))
}

const JOB: Readonly<Record<StepEnd | 'not-begun', string>> = {
  'not-begun': 'none was asked for',
  begun: 'may have been made: its end was not written down',
  done: 'accepted by the provider',
  refused: 'refused by the provider',
  unsure: 'may have been made: nobody can tell',
}

function thingText({ kind, id, at }: AuditedThing): string {
  return safeLine(`${at}  ${kind} ${id}`)
}

function deploymentText({ at, operation, model, state, id, ended }: AuditedDeployment): string {
  const what = id === undefined ? JOB[state] : `deployment ${id}`
  return safeLine(`${at}  ${what} of ${model}, by ${operation}${ended ? `; ${ended.status}, seen ${ended.at}` : ''}`)
}

function questionsText({ at, asked, questions, lastAt, profile }: AuditedQuestions): string {
  const count = questions === 1 ? 'a question' : `${integer(questions)} questions`
  return safeLine(
    `${at}  ${count} or more to the ${asked.kind} ${asked.id}, the last written down ${lastAt} (profile ${profile})`,
  )
}

function purgeText({ at, operation, target, things, receipt }: AuditedPurge): readonly string[] {
  const end = receipt
    ? `${receipt.complete ? 'complete' : 'not complete'}, ended ${receipt.endedAt}, receipt sha256 ${receipt.digest}`
    : 'not ended'
  return [
    safeLine(`${at}  ${operation} of the ${target.kind} ${target.id}: ${end}`),
    ...things.map((thing) => keepIndent(`  ${thing.state} ${thing.kind} ${thing.id}`)),
  ]
}

function keepIndent(line: string): string {
  return /^ */.exec(line)?.[0] + safeLine(line)
}
