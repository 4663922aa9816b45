/** What a proof goes through, in its order: operations of the driver interface, and what a purge does with several of them. */
export const PROOF_OPERATIONS = [
  'preflight',
  'datasets.create',
  'datasets.get',
  'jobs.create',
  'jobs.get',
  'jobs.list',
  'datasets.list',
  'models.list',
  'deployments.list',
  'jobs.events',
  'jobs.cancel',
  'models.get',
  'deployments.create',
  'deployments.get',
  'chat',
  'deployments.delete',
  'datasets.read',
  'purge',
  'datasets.get after purge',
] as const

export type ProofOperation = (typeof PROOF_OPERATIONS)[number]
