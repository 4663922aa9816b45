import type { Answering, Tuner } from '@anytune/core'

/** Something that answers, by the id of a fine-tuned model or the reference of a model or deployment: a deployment must be looked up first. */
export async function openAnswering(tuner: Tuner, id: string): Promise<Answering & { readonly reference: string }> {
  return (await isDeployment(id)) ? tuner.deployments.open(id) : tuner.models.open(id)
}

/** True for the reference of a deployment. */
export async function isDeployment(id: string): Promise<boolean> {
  const { parseReference } = await import('@anytune/core')
  return id.startsWith('anytune://') && parseReference(id).kind === 'deployment'
}
