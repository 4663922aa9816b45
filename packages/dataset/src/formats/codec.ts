import type { Example, JsonObject } from '../example.ts'
import type { Fault } from '../rules.ts'
import type { Feature, Unsaid } from './features.ts'
import type { Quote } from './row-text.ts'

/** The format's row turned into an example, or why it cannot be. */
export type Decoded = { readonly example: Example } | { readonly fault: Fault }

/** One row of JSON text without a line end, or what of the example the format cannot say. */
export type Encoded =
  | { readonly text: string; readonly unsaid?: undefined }
  | { readonly unsaid: Unsaid; readonly text?: undefined }

/** One format: how to know it, read it and write it; decode and encode stand in the same file. */
export interface Codec {
  /** What a person calls the format, with the keys that show it. */
  readonly summary: string
  /** Where the format is defined: publisher, title and, where known, version. */
  readonly source: string
  /** What examples may say so that `encode` can write them; the reference page's table is made of these. */
  readonly says: ReadonlySet<Feature>
  /** Of these, what the format says only in some places or for some values, and which. */
  readonly partly?: Readonly<Partial<Record<Feature, string>>>
  /** Cheap look at a row's top-level keys: would this row be meant as this format? Need not be valid. */
  readonly looksLike: (row: JsonObject) => boolean
  /** Must account for every key of the row: put in the example or named in a fault. */
  readonly decode: (row: JsonObject) => Decoded
  /** Writes all that the example says, or refuses; what it writes decodes to the same canonical example. `quote` is `JSON.stringify` unless given. */
  readonly encode: (example: Example, quote?: Quote) => Encoded
}
