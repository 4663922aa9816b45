/** Metadata key of jobs and tag of deployments that carry the attempt. */
export const KEY = 'anytune'

/** Metadata key under which a job keeps the numbers it was asked for, so that any process can tell when the service took others. */
export const ASKED = 'anytune-asked'

/** `<base model>.ft-<32 hex>[-suffix]`, and checkpoints, which can be deployed as well. */
export const TUNED = /\.ft-|^ftchkpt-/

/** The base model in a tuned model's name; undefined for a checkpoint, whose name does not tell. */
export function baseModelOf(model: string): string | undefined {
  return model.includes('.ft-') ? model.split('.ft-')[0] : undefined
}
