import { AnytuneError, type Attempt, type Hyperparameters, type JobSpec, type Method } from '@anytune/core/driver'
import type { OpenAI } from 'openai'
import type { Reinforcement } from './reinforcement.ts'
import { toReinforcement } from './reinforcement-request.ts'
import { present } from './values.ts'

/** Metadata key that carries the attempt. */
export const ATTEMPT_KEY = 'anytune'

type Body = OpenAI.FineTuning.JobCreateParams
type BodyMethod = NonNullable<Body['method']>

/** What hosts differ in when they are asked for a job. */
export interface RequestDialect {
  /** `legacy`: the deprecated `hyperparameters` beside the model, for hosts that know no `method`: supervised training alone. */
  readonly hyperparametersForm: 'method' | 'legacy'
  /** False where the host refuses metadata: then a job is found again by its training file. */
  readonly metadata: boolean
}

/** Options of a job that are not every host's. */
export interface JobOptions {
  readonly reinforcement?: Reinforcement | undefined
  readonly integrations?: Body['integrations']
}

/**
 * The body of the request for a job. Nothing is left out that was asked for.
 *
 * @throws AnytuneError `unsupported` for a method that the wire format has no word for, `invalid-argument` for options of another one.
 */
export function toCreateBody(spec: JobSpec, { key }: Attempt, dialect: RequestDialect, options: JobOptions = {}): Body {
  const { baseModel, training, validation, suffix, seed, metadata } = spec
  const { reinforcement, integrations } = options
  if (reinforcement !== undefined && spec.method !== 'reinforcement') {
    throw new AnytuneError(
      'invalid-argument',
      `the option "reinforcement" has no meaning for ${spec.method} training`,
      {
        hint: 'leave it out, or choose the method reinforcement',
      },
    )
  }
  return present({
    model: baseModel,
    training_file: training,
    validation_file: validation,
    suffix,
    seed,
    metadata: dialect.metadata ? { ...metadata, [ATTEMPT_KEY]: key } : undefined,
    integrations: integrations ?? undefined,
    ...methodOf(spec, dialect, reinforcement),
  })
}

function methodOf(
  { method, hyperparameters }: JobSpec,
  { hyperparametersForm }: RequestDialect,
  reinforcement: Reinforcement | undefined,
): Pick<Body, 'method' | 'hyperparameters'> {
  if (hyperparametersForm === 'legacy') {
    if (method !== 'supervised') throw unsupported(method)
    return withNumbers(common(hyperparameters))
  }
  const build = METHODS[method]
  if (build === undefined) throw unsupported(method)
  return { method: build(hyperparameters, reinforcement) }
}

type Build = (hyperparameters: Readonly<Hyperparameters>, reinforcement: Reinforcement | undefined) => BodyMethod

/** The wire's word for each method; one that is absent is refused, and never another one instead. */
const METHODS: { readonly [M in Method]: Build | undefined } = {
  supervised: (numbers) => ({ type: 'supervised', ...under('supervised', withNumbers(common(numbers))) }),
  preference: (numbers) => {
    const { beta } = numbers
    return { type: 'dpo', ...under('dpo', withNumbers({ ...common(numbers), ...present({ beta }) })) }
  },
  reinforcement: (numbers, options) => ({
    type: 'reinforcement',
    reinforcement: toReinforcement(common(numbers), options),
  }),
  distillation: undefined,
  'continued-pretraining': undefined,
}

function common({ epochs, batchSize, learningRateMultiplier }: Readonly<Hyperparameters>) {
  return present({ n_epochs: epochs, batch_size: batchSize, learning_rate_multiplier: learningRateMultiplier })
}

/** Numbers that nobody asked for are the service's own. */
function withNumbers<T extends object>(hyperparameters: T): { readonly hyperparameters?: T } {
  return Object.keys(hyperparameters).length === 0 ? {} : { hyperparameters }
}

function under<K extends string, T extends object>(key: K, value: T): { readonly [P in K]?: T } {
  // A computed key widens to string.
  return Object.keys(value).length === 0 ? {} : ({ [key]: value } as { readonly [P in K]?: T })
}

function unsupported(method: Method): AnytuneError {
  return new AnytuneError('unsupported', `this API has no way to ask for ${method} training`, {
    operation: 'jobs.create',
    hint: 'choose another method, or a provider that has it',
  })
}
