import { json } from '../../server/answer.ts'
import type { Answer } from '../../server/service.ts'
import { BASE_MODELS, type BaseModel } from '../base-models.ts'
import { AzureRefusal } from '../refusal.ts'
import { findServable, tunedModels, type TunedModel } from '../models.ts'
import type { ArmCall } from './arm-call.ts'
import { toAccount } from './answers.ts'
import { pageOf } from './pages.ts'

/** The resource itself. */
export function getAccount({ account, request }: ArmCall): Answer {
  return json(200, toAccount(account, request.origin))
}

/** What the resource can deploy: the base models and its own tuned ones. */
export function listAccountModels(call: ArmCall): Answer {
  const models = [...BASE_MODELS.map(toAccountModel), ...tunedModels(call.account).map(toTunedAccountModel)]
  return json(200, pageOf(call, models, pageSize))
}

/** What a region has, with the days on which it ends. */
export function listLocationModels(call: ArmCall): Answer {
  const models = BASE_MODELS.map((base) => ({ kind: 'AIServices', skuName: 'S0', model: toAccountModel(base) }))
  return json(200, pageOf(call, models, pageSize))
}

/** How much of the quota is left for a model in the resource's region. */
export function listCapacities(call: ArmCall): Answer {
  const { account, request } = call
  const [format, name, version] = ['modelFormat', 'modelName', 'modelVersion'].map((member) => {
    const value = request.query.get(member)
    if (value !== null && value !== '') return value
    throw new AzureRefusal(400, 'BadRequest', `The query parameter '${member}' is required.`, { target: member })
  })
  const model = { format: String(format), name: String(name), version: String(version) }
  const { capacity, location } = account.settings
  const used = account.deployments.all().reduce((total, { choice }) => total + choice.sku.capacity, 0)
  const available = { availableCapacity: capacity - used, availableFinetuneCapacity: capacity - used }
  const skus = findServable(account, model) === undefined ? [] : TUNED_SKUS
  const value = skus.map((skuName) => ({ location, properties: { model, skuName, ...available } }))
  return json(200, pageOf(call, value, pageSize))
}

const pageSize = 100
const SKU_CAPACITY = { minimum: 1, maximum: 10_000, step: 1, default: 10 }
const BASE_SKUS = ['Standard', 'GlobalStandard']
const TUNED_SKUS = [...BASE_SKUS, 'DeveloperTier']

function toAccountModel(base: BaseModel) {
  const { name, version, format, lifecycle, retires } = base
  return {
    format,
    name,
    version,
    isDefaultVersion: true,
    maxCapacity: 10_000,
    capabilities: { chatCompletion: 'true', fineTune: 'true', inference: 'true' },
    deprecation: {
      fineTune: instant(retires.training),
      inference: instant(retires.inference),
      deprecationStatus: 'Planned',
    },
    lifecycleStatus: lifecycle,
    skus: BASE_SKUS.map((sku) => ({
      name: sku,
      usageName: `OpenAI.${sku}.${name}`,
      deprecationDate: instant(retires.inference),
      capacity: SKU_CAPACITY,
    })),
  }
}

function toTunedAccountModel({ id, base }: TunedModel) {
  const { name, version, format, retires } = base
  return {
    format,
    name: id,
    version: '1',
    baseModel: { format, name, version },
    isDefaultVersion: true,
    capabilities: { chatCompletion: 'true', fineTune: 'true', inference: 'true' },
    deprecation: { inference: instant(retires.tunedInference), deprecationStatus: 'Planned' },
    lifecycleStatus: 'GenerallyAvailable',
    skus: TUNED_SKUS.map((sku) => ({
      name: sku,
      usageName: `OpenAI.${sku}.${name}-finetune`,
      deprecationDate: instant(retires.tunedInference),
      capacity: SKU_CAPACITY,
    })),
  }
}

function instant(day: string): string {
  return `${day}T00:00:00Z`
}
