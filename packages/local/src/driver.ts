import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import type { ConfigurationPlace, Driver, FineTunedModel, Kept } from '@anytune/core/driver'
import { localCapabilities } from './capabilities.ts'
import { chatOf } from './chat.ts'
import { classify } from './classify.ts'
import { datasetsOf, type LocalDatasets } from './datasets.ts'
import { realPath } from './files.ts'
import type { LocalJob } from './from-job.ts'
import { jobsOf, type LocalJobs } from './jobs.ts'
import { layoutOf } from './layout.ts'
import { modelsOf } from './models.ts'
import { offering } from './offering.ts'
import { type LocalJobOptions, type LocalOptions, parseJobOptions, parseOptions } from './options.ts'
import { preflightOf } from './preflight.ts'

/** The driver of this computer, with what it can do in its type. */
export interface LocalDriver extends Driver {
  readonly provider: 'local'
  readonly capabilities: typeof localCapabilities
  readonly '~types'?: { readonly raw: LocalJob; readonly options: LocalJobOptions }
  readonly datasets: LocalDatasets
  readonly jobs: LocalJobs
  readonly models: Kept<FineTunedModel> & Required<Pick<Kept<FineTunedModel>, 'delete'>>
  chat: NonNullable<Driver['chat']>
  preflight: NonNullable<Driver['preflight']>
}

/**
 * Fine-tunes toy models on this computer, in processes of their own: a rehearsal of the whole life, with nothing sent anywhere.
 * Touches nothing before its first use. @throws AnytuneError `configuration` for a bad option.
 */
export function local(options: LocalOptions = {}): LocalDriver {
  const layout = layoutOf(realPath(parseOptions(options).directory))
  return {
    spi: 1,
    provider: 'local',
    scope: createHash('sha256').update(layout.root).digest('hex').slice(0, 8),
    capabilities: localCapabilities,
    options: { job: parseJobOptions },
    // Looking costs a few small files, and a killed runner tells nobody.
    polling: { firstMs: 200, maximumMs: 2_000 },
    datasets: datasetsOf(layout),
    jobs: jobsOf(layout),
    models: modelsOf(layout),
    chat: chatOf(layout),
    offering,
    preflight: preflightOf(layout),
    classify,
  }
}

/** The driver from a configuration file's options; a relative directory is meant from that file. @throws AnytuneError `configuration` naming the unknown option. */
export function createDriver(options: unknown, place?: ConfigurationPlace): LocalDriver {
  const { directory } = parseOptions(options)
  return local({ directory: place === undefined ? directory : resolve(place.folder, directory) })
}
