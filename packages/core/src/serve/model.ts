import { formatReference } from '../reference.ts'
import type { Settings } from '../settings.ts'
import type { ModelHandle } from '../tuner.ts'
import { answering } from './chat.ts'
import { deployModel } from './deployment.ts'
import { quoteDeployment, servedModel } from './quote.ts'

/** The handle of a fine-tuned model, or of a base model, by its id at the provider. */
export function openModel(settings: Settings, id: string, baseModel: string | undefined): ModelHandle {
  const { provider, scope, deployments } = settings.calls.driver
  return {
    id,
    reference: formatReference({ provider, scope, kind: 'model', id }),
    baseModel,
    needsDeployment: deployments !== undefined,
    deploy: (options = {}) => deployModel(settings, { id, baseModel }, options),
    quote: (options = {}) => quoteDeployment(settings, baseModel, options),
    ...answering(settings, { kind: 'model', id, target: id, served: servedModel(settings, id, baseModel) }),
  }
}
