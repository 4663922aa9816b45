import { runOfDataset, type RunSummary, type StagedDataset } from '@anytune/core'
import type { Account } from '../account.ts'
import { finding, type Finding } from '../finding.ts'
import type { Examination, Inventory } from '../inventory.ts'
import { hoursBetween } from '../known.ts'
import { until } from '../words.ts'

/** A file younger than this, of a run that is in no journal here, may be one that another computer is about to train on. */
const STAGING_HOURS = 24

/** Files that anytune staged and that nothing needs any more. Whatever cannot be told is said, and no file is then called left over. */
export function leftOvers(account: Account, { now }: Pick<Examination, 'now'>): readonly Finding[] {
  const ours = account.datasets.items.flatMap((dataset) => {
    const run = runOfDataset(dataset)
    return run === undefined ? [] : [{ dataset, run }]
  })
  if (ours.length === 0) return []
  const gap = whyNotJudged(account)
  if (gap !== undefined) return [notJudged(account, ours.length, gap)]
  const named = new Set(account.jobs.items.flatMap(({ files }) => files?.map(({ id }) => id) ?? []))
  const runs = new Map(account.runs.items.map((run) => [run.id, run]))
  return ours
    .filter(({ dataset, run }) => !named.has(dataset.id) && !NEEDS_FILES[runs.get(run)?.state ?? 'ended'])
    .map(({ dataset, run }) =>
      runs.has(run) || isOld(dataset, now) ? leftOver(dataset, run) : unclaimed(dataset, run),
    )
}

/** Files that the provider deletes on a day it names; urgent where a run that is not submitted yet needs them. */
export function expiries(account: Account, { datasets }: Inventory, { horizonDays }: Examination): readonly Finding[] {
  const unsubmitted = account.runs.items.filter(({ state }) => state === 'open' || state === 'needs-decision')
  const needing = new Set(unsubmitted.map(({ id }) => id))
  return datasets.flatMap(({ id, name, end }) => {
    if (end === undefined || end.daysLeft > horizonDays) return []
    const run = runOfDataset({ id, ...(name !== undefined && { name }) })
    const needed = run !== undefined && needing.has(run)
    return finding('file-expires', needed ? 'urgent' : 'note', {
      subject: { kind: 'dataset', id },
      what: `the file ${id} is kept ${until(end)}${needed ? `, and the run ${run} needs it` : ''}`,
      when: end.at,
      daysLeft: end.daysLeft,
      basis: end.basis,
      commands: needed ? [{ do: 'resume-run', run }] : [],
    })
  })
}

/** Whether a run may still need what was staged for it. A submitted one may: its job need not be listed yet. */
const NEEDS_FILES: Readonly<Record<RunSummary['state'], boolean>> = {
  open: true,
  'needs-decision': true,
  submitted: true,
  succeeded: false,
  ended: false,
  purged: false,
}

function isOld({ createdAt }: StagedDataset, now: Date): boolean {
  return createdAt !== undefined && hoursBetween(createdAt, now) >= STAGING_HOURS
}

function whyNotJudged({ jobs, runs }: Account): string | undefined {
  if (jobs.state === 'could-not-read') return 'the jobs could not be read'
  if (runs.state === 'could-not-read') return 'the journal could not be read'
  const silent = jobs.items.filter(({ files }) => files === undefined).length
  return silent === 0 ? undefined : `${silent} of ${jobs.items.length} jobs do not say which files they use`
}

function notJudged({ provider }: Account, count: number, reason: string): Finding {
  return finding('files-not-judged', 'warning', {
    subject: { kind: 'provider', id: provider },
    what: `which of the ${count} files staged by anytune are left over cannot be told: ${reason}`,
    commands: [{ do: 'list', what: 'datasets' }],
  })
}

function leftOver({ id }: StagedDataset, run: string): Finding {
  return finding('file-left-over', 'warning', {
    subject: { kind: 'dataset', id },
    what: `the file ${id} was staged for ${run}; no job names it and no unfinished run needs it`,
    commands: [{ do: 'delete-dataset', dataset: id }],
  })
}

function unclaimed({ id }: StagedDataset, run: string): Finding {
  return finding('file-unclaimed', 'note', {
    subject: { kind: 'dataset', id },
    what: `the file ${id} was staged lately for ${run}, which is not in this journal: another computer may need it`,
    commands: [],
  })
}
