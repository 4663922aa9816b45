import type { Driver, PreflightCheck } from '@anytune/core/driver'
import { checkGrader, readAll, readPage } from '@anytune/openai-compatible'
import { z } from 'zod'
import { attempt } from './attempt.ts'
import type { Clients } from './clients.ts'
import { fromJob } from './from-job.ts'
import { lifecyclesOf } from './lifecycles.ts'
import { TUNED } from './names.ts'
import type { TrainingType } from './options.ts'
import type { AzureJobOptions } from './request-options.ts'
import { expected, type ResourceManager } from './resource-manager.ts'

/** Limits of one resource. Source: the vendor's page of quotas and limits, 2026-02-17; the service judges, so that nearing one only warns. */
const LIMITS = { jobs: 100, files: 100, fileBytes: 1024 ** 3, deployments: 10 } as const
/** Jobs that train at a time, by the same page. */
const RUNNING: Readonly<Record<TrainingType, number>> = {
  Standard: 3,
  GlobalStandard: 3,
  Developer: 5,
  developerTier: 5,
}

type Check = Omit<PreflightCheck, 'id'>

/** Looks at the resource without changing it. Each check stands for itself: what cannot be read is said so. */
export function preflightOf(clients: Clients, defaultType: TrainingType): NonNullable<Driver['preflight']> {
  return async ({ baseModel, method, providerOptions }, { signal }) => {
    // As `options.job` returned it.
    const { trainingType = defaultType, reinforcement } = providerOptions as AzureJobOptions
    const models = await attempt(() => listModels(clients, signal), signal)
    const grader = checkGrader('azure', method, reinforcement !== undefined)
    if ('failed' in models) return [...grader, { id: 'resource', ...models.failed }]
    const { managerIfAny: manager } = clients
    const checks: Readonly<Record<string, Promise<Check>>> = {
      resource: Promise.resolve({ result: 'passed', message: 'the resource answers, and takes the key or token' }),
      'base-model': check(() => checkBaseModel(clients, models.value, baseModel, signal), signal),
      'job-limit': check(() => checkJobs(clients, trainingType, signal), signal),
      'file-limit': check(() => checkFiles(clients, signal), signal),
      'deployment-limit':
        manager === undefined
          ? Promise.resolve(unmanaged('deployments'))
          : check(() => checkDeployments(manager, signal), signal),
    }
    const looked = await Promise.all(Object.entries(checks).map(async ([id, result]) => ({ id, ...(await result) })))
    return [...grader, ...looked]
  }
}

async function listModels({ v1 }: Clients, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const { data } = expected(
    z.looseObject({ data: z.array(z.looseObject({ id: z.string() })) }),
    await v1.get('/models', { signal }),
  )
  return new Set(data.map(({ id }) => id))
}

const DAY_MS = 24 * 60 * 60_000

/**
 * Which models can be tuned changes by region and month; their last days move, and are later for those who tuned them before; and the
 * list lacks some that can be: nothing here is a failure, and the service judges.
 */
async function checkBaseModel(
  clients: Clients,
  listed: ReadonlySet<string>,
  baseModel: string,
  signal: AbortSignal,
): Promise<Check> {
  const { tunedUntil } = (await lifecyclesOf(clients, signal))(baseModel)
  if (tunedUntil !== undefined && tunedUntil <= new Date()) {
    return {
      result: 'could-not-read',
      message: `tuning ${baseModel} was to end on ${day(tunedUntil)}; whether the resource still may is told when a job is made`,
      hint: 'choose a base model that lasts, or let the service judge: a job that is refused costs nothing',
    }
  }
  if (tunedUntil !== undefined) {
    const days = Math.ceil((tunedUntil.getTime() - Date.now()) / DAY_MS)
    return { result: 'passed', message: `${baseModel} can be tuned until ${day(tunedUntil)}, for ${days} more days` }
  }
  if (listed.has(baseModel)) return { result: 'passed', message: `${baseModel} is a model of the resource` }
  return {
    result: 'could-not-read',
    message: `the resource does not list ${baseModel}; it may be tunable all the same`,
    hint: 'check its spelling, with its version, and that the region of the resource has it',
  }
}

async function checkJobs({ v1 }: Clients, trainingType: TrainingType, signal: AbortSignal): Promise<Check> {
  let count = 0
  let running = 0
  const ask = (after: string | undefined) =>
    v1.fineTuning.jobs.list({ limit: 100, ...(after && { after }) }, { signal })
  for await (const job of readAll(ask)) {
    count += 1
    if (fromJob(job).status === 'running') running += 1
  }
  if (count >= LIMITS.jobs) {
    return {
      result: 'failed',
      message: `the resource has ${count} jobs, and takes ${LIMITS.jobs}`,
      hint: 'export what there is, then delete old jobs in the portal',
      next: [{ do: 'export-all' }],
    }
  }
  const waits = running >= RUNNING[trainingType] ? `; ${running} are running, so that this one will wait` : ''
  return { result: 'passed', message: `${count} of ${LIMITS.jobs} jobs${waits}` }
}

async function checkFiles({ v1 }: Clients, signal: AbortSignal): Promise<Check> {
  const { items } = await readPage(v1.files.list({ purpose: 'fine-tune' }, { signal }))
  const bytes = items.reduce((sum, file) => sum + (file.bytes ?? 0), 0)
  if (items.length >= LIMITS.files || bytes >= LIMITS.fileBytes) {
    return {
      result: 'failed',
      message: `the resource has ${items.length} files for tuning with ${bytes} bytes, and takes ${LIMITS.files} with ${LIMITS.fileBytes}`,
      hint: 'see which are needed no more, and delete them',
      next: [{ do: 'doctor' }],
    }
  }
  return {
    result: 'passed',
    message: `${items.length} of ${LIMITS.files} files, ${bytes} of ${LIMITS.fileBytes} bytes`,
  }
}

async function checkDeployments(manager: ResourceManager, signal: AbortSignal): Promise<Check> {
  const page = z.looseObject({
    value: z.array(
      z.looseObject({ properties: z.looseObject({ model: z.looseObject({ name: z.string() }).nullish() }) }),
    ),
    nextLink: z.string().nullish(),
  })
  let count = 0
  for (let answer = await manager.request('GET', '/deployments', { signal }); ;) {
    const { value, nextLink } = expected(page, answer.body)
    count += value.filter(({ properties }) => TUNED.test(properties.model?.name ?? '')).length
    const next = nextLink ? await manager.follow(nextLink, signal) : undefined
    if (next === undefined) break
    answer = next
  }
  const message = `${count} of ${LIMITS.deployments} deployments of tuned models`
  // Training does not need one: it is said, and stands in nobody's way.
  return {
    result: 'passed',
    message: count < LIMITS.deployments ? message : `${message}: take one down before deploying the next`,
  }
}

function unmanaged(what: string): Check {
  return {
    result: 'could-not-read',
    message: `${what} cannot be read without Azure Resource Manager`,
    hint: 'give subscriptionId, resourceGroup, account and credential',
  }
}

async function check(look: () => Promise<Check>, signal: AbortSignal): Promise<Check> {
  const looked = await attempt(look, signal)
  if ('value' in looked) return looked.value
  const { message, hint } = looked.failed
  // The resource answers; that one of its lists does not is no reason against training.
  return { result: 'could-not-read', message, ...(hint !== undefined && { hint }) }
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10)
}
