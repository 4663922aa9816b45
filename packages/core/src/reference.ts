import { AnytuneError } from './errors.ts'

const KINDS = ['run', 'dataset', 'job', 'model', 'deployment'] as const
export type ReferenceKind = (typeof KINDS)[number]

/** A thing, named so that any process with the configuration can open it. */
export interface Reference {
  readonly provider: string
  /** Account, region or data directory, as in `Driver.scope`. */
  readonly scope: string
  readonly kind: ReferenceKind
  readonly id: string
}

/** What every reference begins with. */
export const SCHEME = 'anytune://'

/** `anytune://provider/scope/kind/id`, each part percent-encoded. */
export function formatReference(reference: Reference): string {
  const { provider, scope, kind, id } = reference
  return SCHEME + [provider, scope, kind, id].map(encodeURIComponent).join('/')
}

/** @throws AnytuneError `invalid-argument` when the text is not a reference. */
export function parseReference(text: string): Reference {
  const parts = text.startsWith(SCHEME) ? text.slice(SCHEME.length).split('/').map(decode) : []
  const [provider, scope, kind, id] = parts
  const known = KINDS.find((candidate) => candidate === kind)
  if (parts.length !== 4 || !provider || !scope || !id || known === undefined) {
    throw new AnytuneError('invalid-argument', 'this is not a reference of anytune', {
      hint: `a reference looks like ${SCHEME}provider/scope/job/id, with a kind of ${KINDS.join(', ')}`,
    })
  }
  return { provider, scope, kind: known, id }
}

/** Takes an id as it is, or the id of a reference after checking that it belongs here. */
export function resolveId(
  text: string,
  expected: { readonly provider: string; readonly scope: string; readonly kind: ReferenceKind },
): string {
  if (!text.startsWith(SCHEME)) return text
  const reference = parseReference(text)
  for (const part of ['provider', 'scope', 'kind'] as const) {
    if (reference[part] !== expected[part]) {
      throw new AnytuneError(
        'invalid-argument',
        `the reference is for the ${part} "${reference[part]}", but this is "${expected[part]}"`,
        { hint: part === 'kind' ? `give a ${expected.kind}` : 'choose the profile it was made with, with --provider' },
      )
    }
  }
  return reference.id
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return ''
  }
}
