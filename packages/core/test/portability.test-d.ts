// What the types refuse, so that a program that compiles runs on every provider its configuration names.
// The drivers are declared, not made: nothing here runs.
import { describe, expectTypeOf, it } from 'vitest'
import type {
  Capabilities,
  Deployment,
  DeploymentSpec,
  Driver,
  FineTunedModel,
  JobsDriver,
  Kept,
  Made,
} from '../src/driver.ts'
import { type Config, createTuner, defineConfig, type DeploymentHandle, loadTuner, type Tuner } from '../src/index.ts'

type Able<Operation extends 'pause' | 'resume' | 'events'> = JobsDriver & Required<Pick<JobsDriver, Operation>>
type Serving = Made<DeploymentSpec, Deployment> & Kept<Deployment>

const alphaCapabilities = {
  methods: {
    supervised: { format: 'openai-chat', hyperparameters: { epochs: {}, batchSize: {}, learningRateMultiplier: {} } },
    preference: { format: 'openai-preference', hyperparameters: { epochs: {}, beta: {} } },
  },
  fields: { validation: {}, suffix: {}, seed: {} },
  baseModels: { exhaustive: false, known: {} },
} as const satisfies Capabilities

/** Has pause, preference training, a suffix and two things to keep. */
interface Alpha extends Driver {
  readonly provider: 'alpha'
  readonly capabilities: typeof alphaCapabilities
  readonly '~types'?: {
    readonly raw: { readonly alphaId: string }
    readonly options: { readonly trainingType?: 'standard' | 'global' }
  }
  readonly jobs: Able<'pause' | 'resume' | 'events'>
  readonly models: Kept<FineTunedModel> & Required<Pick<Kept<FineTunedModel>, 'delete'>>
  readonly deployments: Serving & Required<Pick<Serving, 'delete'>>
}

const betaCapabilities = {
  methods: {
    supervised: { format: 'openai-chat', hyperparameters: { epochs: {}, batchSize: {}, learningRate: {} } },
    distillation: { format: 'openai-chat', hyperparameters: {} },
  },
  fields: { validation: {} },
  baseModels: { exhaustive: false, known: {} },
} as const satisfies Capabilities

/** Serves through deployments that cannot be deleted, keeps no models of its own, tells no events. */
interface Beta extends Driver {
  readonly provider: 'beta'
  readonly capabilities: typeof betaCapabilities
  readonly '~types'?: {
    readonly raw: { readonly betaArn: string }
    readonly options: { readonly network?: { readonly subnet: string } }
  }
  readonly jobs: Omit<JobsDriver, 'pause' | 'resume' | 'events'>
  readonly deployments: Omit<Serving, 'delete'>
}

/** Trains, and serves nothing. */
interface Gamma extends Driver {
  readonly provider: 'gamma'
  readonly capabilities: typeof betaCapabilities
  readonly jobs: Able<'events'>
}

declare function alpha(options: { readonly endpoint: string }): Alpha
declare function beta(options: { readonly region: string }): Beta
declare function gamma(): Gamma

type RequestOf<T extends { plan: (request: never) => unknown }> = Parameters<T['plan']>[0]
type MethodOf<T extends { plan: (request: never) => unknown }> =
  RequestOf<T> extends { readonly method: infer M } ? M : never

const base = { baseModel: 'small', training: 'train.jsonl', method: 'supervised' } as const

describe('one driver', () => {
  it('takes what the provider has, and nothing else', async () => {
    const tuner = createTuner(beta({ region: 'here' }))
    expectTypeOf<MethodOf<typeof tuner>>().toEqualTypeOf<'supervised' | 'distillation'>()
    await tuner.plan({ ...base, hyperparameters: { epochs: 1, learningRate: 1e-5 }, validation: 'validation.jsonl' })
    await tuner.plan({ ...base, method: 'distillation', providerOptions: { beta: { network: { subnet: 's' } } } })
    // @ts-expect-error a method that takes no hyperparameter
    await tuner.plan({ ...base, method: 'distillation', hyperparameters: { epochs: 1 } })
    // @ts-expect-error no suffix here
    await tuner.plan({ ...base, suffix: 'mine' })
    // @ts-expect-error no seed here
    await tuner.plan({ ...base, seed: 1 })
    // @ts-expect-error no metadata here
    await tuner.plan({ ...base, metadata: { team: 'support' } })
    // @ts-expect-error no preference training here
    await tuner.plan({ ...base, method: 'preference' })
    // @ts-expect-error no multiplier here
    await tuner.plan({ ...base, hyperparameters: { learningRateMultiplier: 2 } })
    // @ts-expect-error a hyperparameter is a number
    await tuner.plan({ ...base, hyperparameters: { epochs: 'auto' } })
    // @ts-expect-error a mistyped hyperparameter
    await tuner.plan({ ...base, hyperparameters: { epoch: 1 } })
    // @ts-expect-error a mistyped field
    await tuner.plan({ ...base, validate: 'v' })
  })

  it('has each method’s own hyperparameters', async () => {
    const tuner = createTuner(alpha({ endpoint: 'e' }))
    expectTypeOf<MethodOf<typeof tuner>>().toEqualTypeOf<'supervised' | 'preference'>()
    await tuner.plan({ ...base, method: 'preference', hyperparameters: { beta: 0.1 } })
    // @ts-expect-error beta belongs to preference training
    await tuner.plan({ ...base, method: 'supervised', hyperparameters: { beta: 0.1 } })
    // @ts-expect-error the batch size belongs to supervised training
    await tuner.plan({ ...base, method: 'preference', hyperparameters: { batchSize: 4 } })
  })

  it('knows its own namespace of options, and no other', async () => {
    const tuner = createTuner(alpha({ endpoint: 'e' }))
    expectTypeOf<keyof NonNullable<RequestOf<typeof tuner>['providerOptions']>>().toEqualTypeOf<'alpha'>()
    await tuner.plan({ ...base, providerOptions: { alpha: { trainingType: 'global' } } })
    // @ts-expect-error a mistyped option
    await tuner.plan({ ...base, providerOptions: { alpha: { trainingTyp: 'global' } } })
    // @ts-expect-error a value that does not exist
    await tuner.plan({ ...base, providerOptions: { alpha: { trainingType: 'glob' } } })
    // @ts-expect-error another provider's namespace
    await tuner.plan({ ...base, providerOptions: { beta: {} } })
  })

  it('has the operations of its driver', () => {
    const all = createTuner(alpha({ endpoint: 'e' }))
    expectTypeOf(all.jobs.pause).toBeFunction()
    expectTypeOf(all.jobs.resume).toBeFunction()
    expectTypeOf(all.jobs.events).toBeFunction()
    expectTypeOf(all.models.delete).toBeFunction()
    expectTypeOf(all.deployments.delete).toBeFunction()
    expectTypeOf(all.deployments.open).returns.resolves.toEqualTypeOf<DeploymentHandle>()

    const few = createTuner(beta({ region: 'here' }))
    expectTypeOf(few.deployments.list).toBeFunction()
    // @ts-expect-error deployments cannot be deleted here
    void few.deployments.delete
    // @ts-expect-error no pause here
    void few.jobs.pause
    // @ts-expect-error no resume here
    void few.jobs.resume
    // @ts-expect-error no events here; `watch` is everywhere
    void few.jobs.events
    expectTypeOf(few.jobs.watch).toBeFunction()
    // @ts-expect-error keeps no models
    void few.models

    const none = createTuner(gamma())
    expectTypeOf(none.jobs.events).toBeFunction()
    // @ts-expect-error serves nothing
    void none.deployments
  })

  it('gives the vendor’s own job, and the provider’s name', async () => {
    const tuner = createTuner(beta({ region: 'here' }))
    expectTypeOf(tuner.provider).toEqualTypeOf<'beta'>()
    expectTypeOf((await tuner.jobs.get('j')).raw).toEqualTypeOf<{ readonly betaArn: string }>()
  })
})

describe('several drivers in a configuration', () => {
  const config = defineConfig({
    provider: 'prod',
    providers: { prod: () => beta({ region: 'here' }), spare: async () => alpha({ endpoint: 'e' }) },
    models: { small: { prod: 'beta-small', spare: 'alpha-small' }, large: { prod: 'beta-large' } },
    stateDirectory: './state',
  })

  it('allow what all of them have', async () => {
    const tuner = await loadTuner(config)
    await tuner.plan({
      ...base,
      hyperparameters: { epochs: 2, batchSize: 1 },
      validation: 'validation.jsonl',
      providerOptions: { alpha: { trainingType: 'standard' }, beta: { network: { subnet: 's' } } },
    })
    expectTypeOf(tuner.deployments.list).toBeFunction()
    expectTypeOf(tuner.provider).toEqualTypeOf<'alpha' | 'beta'>()
    type Raw = Awaited<ReturnType<typeof tuner.jobs.get>>['raw']
    expectTypeOf<Raw>().toEqualTypeOf<{ readonly alphaId: string } | { readonly betaArn: string }>()
  })

  it('refuse what one of them lacks', async () => {
    const tuner = await loadTuner(config)
    expectTypeOf<MethodOf<typeof tuner>>().toEqualTypeOf<'supervised'>()
    // @ts-expect-error learningRate is beta's alone
    await tuner.plan({ ...base, hyperparameters: { learningRate: 1 } })
    // @ts-expect-error learningRateMultiplier is alpha's alone
    await tuner.plan({ ...base, hyperparameters: { learningRateMultiplier: 1 } })
    // @ts-expect-error preference training is alpha's alone
    await tuner.plan({ ...base, method: 'preference' })
    // @ts-expect-error distillation is beta's alone
    await tuner.plan({ ...base, method: 'distillation' })
    // @ts-expect-error suffix is alpha's alone
    await tuner.plan({ ...base, suffix: 'mine' })
    // @ts-expect-error seed is alpha's alone
    await tuner.plan({ ...base, seed: 1 })
    // @ts-expect-error pause is alpha's alone
    void tuner.jobs.pause
    // @ts-expect-error events are alpha's alone
    void tuner.jobs.events
    // @ts-expect-error models are alpha's alone
    void tuner.models
    // @ts-expect-error deleting a deployment is alpha's alone
    void tuner.deployments.delete
    // @ts-expect-error a mistyped option in one namespace
    await tuner.plan({ ...base, providerOptions: { alpha: { trainingTyp: 'standard' } } })
    // @ts-expect-error a namespace of no configured provider
    await tuner.plan({ ...base, providerOptions: { gamma: {} } })
  })

  it('refuse deployments as soon as one driver serves nothing', async () => {
    const tuner = await loadTuner({ providers: { one: () => alpha({ endpoint: 'e' }), two: () => gamma() } })
    // @ts-expect-error gamma serves nothing
    void tuner.deployments
    expectTypeOf(tuner.jobs.events).toBeFunction()
  })

  it('stay portable whichever profile is asked for', async () => {
    const tuner = await loadTuner(config, { provider: 'spare' })
    expectTypeOf(tuner).toEqualTypeOf<Tuner<Alpha | Beta>>()
    // @ts-expect-error still portable over both: the next run may choose the other
    await tuner.plan({ ...base, suffix: 'mine' })
    // @ts-expect-error there is no such profile
    await loadTuner(config, { provider: 'nope' })
  })
})

describe('defineConfig', () => {
  it('refuses what the configuration does not have', () => {
    const providers = { prod: () => beta({ region: 'here' }) }
    expectTypeOf(defineConfig({ providers })).toExtend<Config<typeof providers>>()
    // @ts-expect-error an unknown profile
    defineConfig({ provider: 'nope', providers })
    // @ts-expect-error an unknown profile of a model name
    defineConfig({ providers, models: { small: { nope: 'm' } } })
    // @ts-expect-error a mistyped key
    defineConfig({ providers, stateDir: 'x' })
    defineConfig({ providers, policy: './policy.yaml' })
    const rule = { name: 'all', require: { 'training-file': { deletion: 'by-api' } } } as const
    defineConfig({ providers, policy: { version: 1, rules: [rule] } })
    const wrong = { name: 'all', require: { 'training-file': { deletion: 'perhaps' } } } as const
    // @ts-expect-error no value of that term
    defineConfig({ providers, policy: { version: 1, rules: [wrong] } })
    // @ts-expect-error a driver instead of a function that makes it
    defineConfig({ providers: { prod: beta({ region: 'here' }) } })
    // @ts-expect-error a function that makes something else
    defineConfig({ providers: { prod: () => ({ region: 'here' }) } })
    // @ts-expect-error an option that the adapter does not have
    defineConfig({ providers: { prod: () => beta({ regio: 'here' }) } })
    // @ts-expect-error a configuration has providers
    defineConfig({ provider: 'prod' })
  })
})

describe('a driver chosen at run time', () => {
  it('has everything on the type; what is missing is refused at run time', async () => {
    const tuner = await loadTuner()
    await tuner.plan({
      ...base,
      method: 'preference',
      suffix: 'mine',
      seed: 1,
      metadata: { team: 'support' },
      hyperparameters: { beta: 1, loraRank: 8 },
      providerOptions: { alpha: {}, anything: {} },
    })
    expectTypeOf(tuner.jobs.pause).toBeFunction()
    expectTypeOf(tuner.jobs.events).toBeFunction()
    expectTypeOf(tuner.models.delete).toBeFunction()
    expectTypeOf(tuner.deployments.delete).toBeFunction()
    expectTypeOf(tuner).toEqualTypeOf<Tuner>()
    // @ts-expect-error even then a method is one of ours
    await tuner.plan({ ...base, method: 'sft' })
    // @ts-expect-error even then a hyperparameter is one of ours
    await tuner.plan({ ...base, hyperparameters: { n_epochs: 3 } })
    // @ts-expect-error an unknown option of loadTuner
    await loadTuner({ profile: 'prod' })
  })

  it('comes of a configuration whose profiles are not known by name', async () => {
    const providers: Record<string, () => Driver> = { prod: () => alpha({ endpoint: 'e' }) }
    const tuner = await loadTuner({ providers })
    expectTypeOf(tuner).toEqualTypeOf<Tuner>()
  })

  it('is what every driver can be given as', () => {
    expectTypeOf<Alpha>().toExtend<Driver>()
    expectTypeOf<Beta>().toExtend<Driver>()
    expectTypeOf<Gamma>().toExtend<Driver>()
  })
})
