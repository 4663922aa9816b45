import type { Emulator, Exchange } from '@anytune/emulator'

/** What the vendor has made, less what it has removed; jobs that were cancelled stay listed, and do nothing. */
export interface Balance {
  readonly datasets: number
  readonly 'open uploads': number
  readonly jobs: number
  readonly deployments: number
  readonly models: number
}

/** What vendors really did, whatever their clients heard of it. */
export interface Ledger {
  balanceOf(account: string): Balance
  stop(): void
}

/** Each request that had its effect is written down before its answer leaves, or is lost. */
export function keepLedger(emulator: Emulator): Ledger {
  const effects = new Map<string, { readonly operation: string; readonly path: string }[]>()
  const stop = emulator.onRequest((phase, { account, operation, path, status }: Exchange) => {
    // Without a status the vendor has not acted: a fault will answer in its place.
    const acted = phase === 'after' && status !== undefined && status < 300
    if (!acted || account === undefined) return
    const own = effects.get(account) ?? []
    own.push({ operation, path })
    effects.set(account, own)
  })
  return {
    stop,
    balanceOf(account) {
      const own = effects.get(account) ?? []
      const count = (...operations: readonly string[]) =>
        own.filter(({ operation }) => operations.includes(operation)).length
      /** Ids in the paths, each once. */
      const ids = (from: number, ...operations: readonly string[]) =>
        new Set(
          own.flatMap(({ operation, path }) =>
            operations.includes(operation) ? (path.split('/').at(from) ?? []) : [],
          ),
        )
      const deployed = ids(-1, 'deployments.put')
      const undeployed = ids(-1, 'deployments.delete')
      return {
        datasets: count('files.create', 'uploads.complete') - ids(-1, 'files.delete').size,
        'open uploads': count('uploads.create') - ids(-2, 'uploads.complete', 'uploads.cancel').size,
        jobs: count('jobs.create') - ids(-2, 'jobs.cancel').size,
        deployments: deployed.size - undeployed.size,
        models: -ids(-1, 'models.delete').size,
      }
    },
  }
}
