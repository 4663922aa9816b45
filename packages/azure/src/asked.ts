import type { JobStatus } from '@anytune/core/driver'
import { z } from 'zod'
import { type AzureJob, fromJob, hyperparametersOf } from './from-job.ts'
import { ASKED } from './names.ts'

const askedSchema = z.record(z.string(), z.number())

/**
 * Compares the numbers that the job was asked to train with, which are kept in its metadata, with those it says it trains with.
 * The service was seen to train with another batch size than it was given, without a word: this is the word.
 */
export function takenOtherwise(job: AzureJob): 'none' | 'not-known-yet' | { readonly warning: string } {
  const asked = Object.entries(askedOf(job))
  const taken = new Map<string, number>(Object.entries(hyperparametersOf(job)))
  const others = asked.filter(([name, value]) => !isAbout(taken.get(name) ?? value, value))
  if (others.length > 0) {
    const told = others.map(([name, value]) => `${name} ${taken.get(name)} instead of ${value}`)
    return { warning: `Azure trains with ${told.join(', ')}` }
  }
  const { status } = fromJob(job)
  const settled = !UNDECIDED.has(status) && asked.every(([name]) => taken.has(name))
  return settled || asked.length === 0 || ENDED.has(status) ? 'none' : 'not-known-yet'
}

/** Some of them are 32-bit numbers on the way. */
function isAbout(taken: number, asked: number): boolean {
  return Math.abs(taken - asked) <= 1e-6 * Math.abs(asked)
}

/** The service may still choose other numbers. */
const UNDECIDED: ReadonlySet<JobStatus> = new Set(['validating', 'queued'])
const ENDED: ReadonlySet<JobStatus> = new Set(['succeeded', 'failed', 'cancelled', 'expired'])

/** Nothing where the service kept no metadata. */
function askedOf({ metadata }: AzureJob): Readonly<Record<string, number>> {
  const text = metadata?.[ASKED]
  if (text === undefined) return {}
  try {
    return askedSchema.parse(JSON.parse(text))
  } catch {
    // Somebody else's pair of the same name.
    return {}
  }
}
