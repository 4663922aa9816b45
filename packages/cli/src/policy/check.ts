import { resolve } from 'node:path'
import { type Catalogue, catalogue } from '@anytune/catalogue'
import { configuredPolicy, type Policy, readPolicy } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'
import { SUCCESS } from '../exit-codes.ts'
import { withOwnPackages } from '../own-packages.ts'
import { safeLine } from '../output/safe-text.ts'
import { fields } from '../output/table.ts'
import type { Session } from '../session.ts'

/** Reads a policy, and tells what it is about. Asks nobody. */
export async function checkPolicies(session: Session, file: string | undefined): Promise<number> {
  const { output, streams } = session
  const { policy, records, from } = await read(session, file)
  const today = new Date().toISOString().slice(0, 10)
  const told = {
    policy: policy.name ?? 'policy',
    rules: policy.rules.map(({ name, classes }) => ({ name, ...(classes && { classes }) })),
    classes: [...new Set(policy.rules.flatMap(({ classes = [] }) => classes))],
    ...(policy.defaultClass !== undefined && { defaultClass: policy.defaultClass }),
    attestations: policy.attestations?.length ?? 0,
    warnings: warnings(policy, records, today),
  }
  output.result(told, () =>
    fields({
      policy: safeLine(`${told.policy} (${from ?? streams.cwd})`),
      rules: told.rules.map(({ name, classes }) =>
        safeLine(classes === undefined ? `${name}: for every dataset` : `${name}: for ${classes.join(', ')}`),
      ),
      'without a class': safeLine(classless(policy, told.classes)),
      attestations: String(told.attestations),
      warning: told.warnings.map(safeLine),
    }),
  )
  return SUCCESS
}

interface Found {
  readonly policy: Policy
  /** What offerings and settings are looked up in. */
  readonly records: Catalogue
  readonly from: string | undefined
}

async function read({ globals, streams }: Session, file: string | undefined): Promise<Found> {
  if (file !== undefined) {
    return { policy: await readPolicy(resolve(streams.cwd, file), streams.cwd), records: catalogue, from: file }
  }
  const found = await withOwnPackages(() => configuredPolicy({ cwd: streams.cwd, config: globals.config }))
  if (found.policy !== undefined) return { policy: found.policy, records: found.catalogue, from: found.file }
  throw new AnytuneError('configuration', 'the configuration names no policy: everything is permitted', {
    hint: 'give it the key policy, or name a file with --file',
  })
}

function classless({ defaultClass }: Policy, classes: readonly string[]): string {
  if (classes.length === 0) return 'no rule asks for a class'
  return defaultClass === undefined ? 'refused' : `taken for ${defaultClass}`
}

/** Names that nothing has: a rule that is about them does nothing, which nobody means. */
function warnings(policy: Policy, { offerings }: Catalogue, today: string): readonly string[] {
  const ids = offerings.map(({ id }) => id)
  const settings = offerings.flatMap(({ variants }) => variants.map(({ setting }) => setting))
  const isKnown = (name: string) => ids.some((id) => id === name || id.startsWith(`${name}/`))
  const named = [
    ...policy.rules.flatMap(({ offerings: { allow = [], deny = [] } = {} }) => [...allow, ...deny]),
    ...(policy.attestations ?? []).flatMap((attestation) => attestation.offerings),
  ]
  const unknown = [...new Set(named)].filter((name) => !isKnown(name))
  const over = (policy.attestations ?? []).filter(({ until }) => until < today)
  const unset = (policy.attestations ?? []).flatMap((one) =>
    'setting' in one && !settings.includes(one.setting) ? [one.setting] : [],
  )
  return [
    ...unknown.map((name) => `no offering on record is, or begins with, ${name}`),
    ...unset.map((setting) => `no setting on record is ${setting}`),
    ...over.map(({ by, reference, until }) => `the attestation by ${by}, ${reference}, ended on ${until}`),
  ]
}
