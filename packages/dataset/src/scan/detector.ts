/** What becomes of a finding: `secret` refuses a plan, the others warn. */
export type KindClass = 'personal' | 'secret' | 'possible-secret'

interface KindDescription {
  readonly class: KindClass
  readonly summary: string
}

/** Everything the built-in detector looks for. */
export const KINDS = {
  email: { class: 'personal', summary: 'An e-mail address.' },
  phone: {
    class: 'personal',
    summary: 'A telephone number: international, in a national form, or after a word for one.',
  },
  card: { class: 'personal', summary: 'A payment card number whose check digit is right.' },
  iban: { class: 'personal', summary: 'A bank account number (IBAN) whose check digits are right.' },
  'ip-address': { class: 'personal', summary: 'A public address of a computer, IPv4 or IPv6.' },
  'national-id': {
    class: 'personal',
    summary: 'A person’s number with a state, its check digits right where it has any.',
  },
  'birth-date': { class: 'personal', summary: 'A date beside a word that says it is a birth date.' },
  'api-key': { class: 'secret', summary: 'A vendor’s key or token, known by its shape.' },
  token: { class: 'secret', summary: 'A JSON Web Token, or what follows `Bearer` or `Basic`.' },
  'private-key': { class: 'secret', summary: 'A private key in PEM.' },
  'connection-string': { class: 'secret', summary: 'An address with a user’s password in it.' },
  credential: { class: 'secret', summary: 'A random value beside a word for a key, token or password.' },
  password: { class: 'possible-secret', summary: 'A value beside a word for a password, random or not.' },
} as const satisfies Readonly<Record<string, KindDescription>>

/** What the built-in detector finds. */
export type BuiltInKind = keyof typeof KINDS

/** A built-in kind, or a plug-in's own in lower case with hyphens, such as `person`: it counts as personal data. */
export type Kind = BuiltInKind | (string & Record<never, never>)

/** A place in a text, as indices of UTF-16 units: `text.slice(start, end)`. */
export interface Span {
  readonly start: number
  readonly end: number
  readonly kind: Kind
  /** What found it; a stable id that says nothing of the text. */
  readonly rule: string
}

/** Looks for personal data or secrets in one text. It must keep nothing, send nothing, and not change the text. */
export interface Detector {
  readonly id: string
  /** All that it may find. */
  readonly kinds: readonly Kind[]
  /** May give spans in any order, also overlapping ones. A promise is waited for, one text after the other. */
  readonly detect: (text: string) => readonly Span[] | Promise<readonly Span[]>
}

/** A detector that answers at once. */
export interface SyncDetector extends Detector {
  readonly detect: (text: string) => readonly Span[]
}

/** The class of a kind; a plug-in's kinds are personal data. */
export function classOf(kind: Kind): KindClass {
  return isBuiltIn(kind) ? KINDS[kind].class : 'personal'
}

function isBuiltIn(kind: Kind): kind is BuiltInKind {
  return Object.hasOwn(KINDS, kind)
}
