import type { ErrorCode } from '@anytune/core'
import { understand } from '../failure.ts'
import { Interrupted } from '../interrupt.ts'
import type { ProofOperation } from './operations.ts'

/** What became of an operation of the proof. */
export type Result =
  | { readonly result: 'passed' }
  | { readonly result: 'unsupported' }
  /** It had nothing to do, for the reason given. */
  | { readonly result: 'skipped'; readonly reason: string }
  | { readonly result: 'failed'; readonly code: ErrorCode; readonly status?: number }

/** Which operation is under way, and what became of the others. */
export interface Ledger {
  /** The operation that a request is of, if one is sent now. */
  current(): string
  readonly results: ReadonlyMap<ProofOperation, Result>
  /** The operation that was under way, if any, is done; this one is. */
  begin(operation: ProofOperation): void
  /** Writes down what became of the operation under way. */
  end(result: Result): void
  /** Does it and writes down what became of it; undefined when the provider has no such operation. */
  attempt<T>(operation: ProofOperation, work: () => Promise<T>): Promise<T | undefined>
}

/** `onResult` hears of each operation when it is over, and again only when it ends otherwise. */
export function createLedger(onResult: (operation: ProofOperation, result: Result) => void): Ledger {
  const results = new Map<ProofOperation, Result>()
  let operation: ProofOperation | undefined

  function end(result: Result): void {
    if (operation === undefined) return
    const before = results.get(operation)?.result
    // The worst of several times counts: what failed once is not proven.
    if (before !== 'failed') results.set(operation, result)
    if (before !== result.result) onResult(operation, result)
    operation = undefined
  }
  function begin(next: ProofOperation): void {
    end({ result: 'passed' })
    operation = next
  }
  return {
    current: () => operation ?? 'other',
    results,
    begin,
    end,
    async attempt(name, work) {
      begin(name)
      try {
        const value = await work()
        end({ result: 'passed' })
        return value
      } catch (error) {
        const result = resultOf(error)
        end(result)
        if (result.result === 'unsupported') return undefined
        throw error
      }
    },
  }
}

/** What a failure means for the operation; a stop by the user says nothing of it. */
export function resultOf(error: unknown): Result {
  if (error instanceof Interrupted) return { result: 'skipped', reason: 'it was interrupted' }
  const { code, status } = understand(error)
  if (code === 'unsupported') return { result: 'unsupported' }
  return { result: 'failed', code, ...(status !== undefined && { status }) }
}
