import { arch, cpus, release, totalmem, type } from 'node:os'
import type { Job, Run } from '@anytune/core'
import { localCapabilities, type LocalDriver, type LocalJob } from '@anytune/local'
import manifest from 'anytune/package.json' with { type: 'json' }
import type { FactGroup, ReportFacts } from './report/facts.ts'
import type { TicketFile } from './tickets.ts'
import { duration, privacy } from './words.ts'

interface Made {
  readonly run: Run<LocalDriver>
  readonly job: Job<LocalJob>
  readonly model: string
  readonly training: TicketFile
  readonly heldOut: TicketFile
  /** When the program began, on the clock of `performance`. */
  readonly began: number
}

/** What the result was made of: settings, data, times, names and the computer, each as the run has it. */
export function madeOf(made: Made): Pick<ReportFacts, 'groups' | 'trainingTime' | 'baseModel' | 'privacy'> {
  const { run, job } = made
  const known: Readonly<Record<string, { readonly description?: string }>> = localCapabilities.baseModels.known
  return {
    baseModel: known[run.plan.baseModel]?.description ?? run.plan.baseModel,
    trainingTime: trainingTime(job),
    privacy: privacy(run.plan),
    groups: [settings(made), data(made), times(made), computer()],
  }
}

function settings({ run: { plan, id }, job, model }: Made): FactGroup {
  const { hyperparameters } = job.raw.record ?? {}
  return {
    heading: 'Settings',
    facts: {
      provider: plan.offering.title,
      'base model': plan.baseModel,
      method: plan.method,
      epochs: String(hyperparameters?.epochs ?? 'unknown'),
      'batch size': String(hyperparameters?.batchSize ?? 'unknown'),
      'learning rate': String(hyperparameters?.learningRate ?? 'unknown'),
      seed: String(plan.seed),
      run: id,
      model,
    },
  }
}

function data({ training, heldOut }: Made): FactGroup {
  return {
    heading: 'Data',
    facts: {
      'training tickets': String(training.report.accepted),
      'held-out tickets': String(heldOut.report.accepted),
      'rows rejected': String(training.report.rejected.count + heldOut.report.rejected.count),
      [`${training.report.name}, sha256`]: `${training.report.sha256.slice(0, 16)}…`,
      [`${heldOut.report.name}, sha256`]: `${heldOut.report.sha256.slice(0, 16)}…`,
    },
  }
}

function times({ job, began }: Made): FactGroup {
  const tokens = job.trainedTokens
  return {
    heading: 'Time',
    facts: {
      finished: `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
      training: trainingTime(job),
      'everything, evaluation included': duration(performance.now() - began),
      steps: String(job.progress?.step ?? 'unknown'),
      'tokens trained on': tokens === undefined ? 'unknown' : tokens.toLocaleString('en'),
    },
  }
}

function computer(): FactGroup {
  const [cpu] = cpus()
  return {
    heading: 'Computer',
    facts: {
      processor: cpu === undefined ? 'unknown' : `${cpu.model.trim()}, ${cpus().length} threads`,
      memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
      system: `${type()} ${release()}, ${arch()}`,
      'Node.js': process.versions.node,
      anytune: manifest.version,
    },
  }
}

function trainingTime({ startedAt, finishedAt }: Job): string {
  if (startedAt === undefined || finishedAt === undefined) return 'an unknown time'
  return duration(finishedAt.getTime() - startedAt.getTime())
}
