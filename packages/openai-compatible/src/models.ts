import type { FineTunedModel, Kept } from '@anytune/core/driver'
import type { OpenAI } from 'openai'
import { confirmed, identified, listed } from './answers.ts'
import { date, present, seconds, text } from './values.ts'

/** Models with all verbs. */
export type CompatibleModels = Kept<FineTunedModel> & Required<Pick<Kept<FineTunedModel>, 'delete'>>

/** What hosts differ in when they list models. */
export interface ModelsDialect {
  readonly client: OpenAI
  /** True for a model that was fine-tuned: the host lists its own beside them. */
  isFineTuned(id: string): boolean
  /** The base model that an id names; undefined where it names none. */
  baseModelOf(id: string): string | undefined
}

/** Fine-tuned models as the account sees them. */
export function modelsOf({ client, isFineTuned, baseModelOf }: ModelsDialect): CompatibleModels {
  const toModel = (model: OpenAI.Model): FineTunedModel =>
    present({
      id: model.id,
      baseModel: baseModelOf(model.id),
      createdAt: date(model.created),
      servedUntil: day(model.shutdown_date),
      raw: model,
    })
  return {
    get: async (id, { signal }) => toModel(identified(await client.models.retrieve(id, { signal }))),
    // One page always: there is no paging here.
    async list(_query, { signal }) {
      const tuned = listed(await client.models.list({ signal })).filter(
        ({ id }) => typeof id === 'string' && isFineTuned(id),
      )
      return { items: tuned.toSorted((a, b) => (seconds(b.created) ?? 0) - (seconds(a.created) ?? 0)).map(toModel) }
    },
    delete: async (id, { signal }) => confirmed(await client.models.delete(id, { signal })),
  }
}

/** A day as the service writes it, `YYYY-MM-DD`: served until it begins, in UTC. */
export function day(value: unknown): Date | undefined {
  const written = text(value)
  const time = written === undefined ? Number.NaN : Date.parse(written)
  return Number.isNaN(time) ? undefined : new Date(time)
}

/** The parts of `ft:<base model>:<organisation>:<suffix>:<id>[:ckpt-step-<n>]`; undefined for an id of another form. */
export function parseFineTunedId(id: string): { readonly baseModel: string; readonly checkpoint?: string } | undefined {
  const match = /^ft:(?<base>[^:]+):[^:]*:[^:]*:[^:]+(?::(?<checkpoint>ckpt-step-\d+))?$/.exec(id)
  const { base, checkpoint } = match?.groups ?? {}
  return base === undefined ? undefined : { baseModel: base, ...(checkpoint !== undefined && { checkpoint }) }
}
