import type { OfferingAmendment } from '@anytune/catalogue'
import type { Policy } from '../policy/policy-document.ts'
import { checkModuleConfig } from './config-schema.ts'
import type { Providers } from './providers.ts'

/** What a TypeScript or JavaScript configuration holds. */
export interface Config<P extends Providers = Providers> {
  /** The profile to use when neither the call nor `ANYTUNE_PROVIDER` names one. */
  readonly provider?: NoInfer<keyof P & string>
  readonly providers: P
  /** One name for each profile's own base model: `{ 'support-small': { prod: 'acme-large' } }`. */
  readonly models?: Readonly<Record<string, { readonly [Profile in NoInfer<keyof P>]?: string }>>
  /** Where the journal is kept, seen from the configuration's folder. Default `.anytune`. */
  readonly stateDirectory?: string
  /** Whether it is written down which rows are sent, as keyed hashes beside the journal. Default true. */
  readonly lineage?: boolean
  /** Records of offerings that take the place of those of `@anytune/catalogue`: your own prices, terms and dates. */
  readonly catalogue?: readonly OfferingAmendment[]
  /** What is demanded of whoever takes the data: a YAML or JSON file, seen from the configuration's folder, or `definePolicy({ … })`. */
  readonly policy?: string | Policy
}

/** The driver a configuration may give: the union of its profiles' drivers. */
export type ConfiguredDriver<P extends Providers> = Awaited<ReturnType<P[keyof P]>>

/**
 * Types and checks a configuration, and returns it as it is. No adapter is loaded.
 *
 * @throws AnytuneError `configuration` for an unknown key or profile, naming those that exist.
 */
export function defineConfig<const P extends Providers>(config: Config<P>): Config<P> {
  checkModuleConfig(config, 'defineConfig')
  return config
}
