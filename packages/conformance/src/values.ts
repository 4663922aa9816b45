import assert from 'node:assert/strict'
import type { DatasetInput } from '@anytune/core'
import type { Hyperparameters, Method, MethodCapability, NumberRange } from '@anytune/core/driver'
import { baseModelFor, type Account } from './account.ts'
import type { Suite } from './suite.ts'

/** How the method is offered on the base model that the harness has for it. */
export function capabilityOf({ driver, harness }: Suite, method: Method): MethodCapability {
  const { methods, baseModels } = driver.capabilities
  const general = methods[method]
  assert.ok(general)
  return { ...general, ...baseModels.known[baseModelFor(harness, method)]?.methods?.[method] }
}

/** A value of each hyperparameter that the method has, none of them the least that is allowed. */
export function hyperparametersWithin({ hyperparameters }: MethodCapability): Readonly<Hyperparameters> {
  return Object.fromEntries(
    Object.entries(hyperparameters).flatMap(([name, range]) => (range === undefined ? [] : [[name, within(range)]])),
  )
}

function within({ minimum, exclusiveMinimum, maximum, integer, oneOf }: NumberRange): number {
  const least = minimum ?? exclusiveMinimum ?? 0
  if (oneOf !== undefined) return oneOf.at(-1) ?? least
  if (integer === true) return Math.min(least + 1, maximum ?? Infinity)
  return maximum === undefined ? least + 0.5 : least + (maximum - least) / 4
}

/** Numbers just outside the bounds. */
export function outside({ minimum, exclusiveMinimum, maximum, integer, oneOf }: NumberRange): readonly number[] {
  return [
    ...(minimum === undefined ? [] : [minimum - 1]),
    ...(exclusiveMinimum === undefined ? [] : [exclusiveMinimum]),
    ...(maximum === undefined ? [] : [maximum + 1]),
    ...(integer === true ? [(minimum ?? 0) + 0.5] : []),
    ...(oneOf === undefined ? [] : [Math.max(...oneOf) + 1]),
  ]
}

/** A value of each optional field. */
export interface FieldValues {
  readonly validation: string | DatasetInput
  readonly suffix: string
  readonly seed: number
  readonly metadata: Readonly<Record<string, string>>
}

/** Harmless values, whether or not the driver has the field. */
export async function fieldValues(account: Account, method: Method): Promise<FieldValues> {
  const { training } = await account.request(method)
  return { validation: training, suffix: 'conformance', seed: 7, metadata: { purpose: 'conformance' } }
}
