import type { FineTunedModel, Kept } from '@anytune/core/driver'
import { date, identified, listed, present } from '@anytune/openai-compatible'
import type { OpenAI } from 'openai'
import type { Clients } from './clients.ts'
import { type Lifecycle, lifecyclesOf } from './lifecycles.ts'
import { TUNED } from './names.ts'

/** Tuned models of the resource. No `delete`: neither API's schema has one, and a model costs nothing until it is deployed. */
export function modelsOf(clients: Clients): Kept<FineTunedModel> {
  const { v1 } = clients
  return {
    async get(id, { signal }) {
      const model = identified(await v1.models.retrieve(id, { signal }))
      const lifecycles = await lifecyclesOf(clients, signal)
      return toModel(model, lifecycles(model.id))
    },
    // One page always: the service has no paging here, and lists base models beside the tuned ones.
    async list(_query, { signal }) {
      const tuned = listed(await v1.models.list({ signal })).filter(
        ({ id }) => typeof id === 'string' && TUNED.test(id),
      )
      if (tuned.length === 0) return { items: [] }
      const lifecycles = await lifecyclesOf(clients, signal)
      return {
        items: tuned
          .toSorted((a, b) => (b.created ?? 0) - (a.created ?? 0))
          .map((model) => toModel(model, lifecycles(model.id))),
      }
    },
  }
}

function toModel(raw: OpenAI.Model, { baseModel, job, servedUntil }: Lifecycle): FineTunedModel<OpenAI.Model> {
  return present({ id: raw.id, baseModel, job, servedUntil, createdAt: date(raw.created), raw })
}
