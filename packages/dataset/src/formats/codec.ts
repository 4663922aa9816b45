import type { Example, JsonObject } from '../example.ts'
import type { Fault } from '../rules.ts'

/** The format's row turned into an example, or why it cannot be. */
export type Decoded = { readonly example: Example } | { readonly fault: Fault }

/** One format: how to know it, read it and write it; decode and encode stand in the same file. */
export interface Codec {
  /** What a person calls the format, with the keys that show it. */
  readonly summary: string
  /** Cheap look at a row's top-level keys: would this row be meant as this format? Need not be valid. */
  readonly looksLike: (row: JsonObject) => boolean
  /** Must account for every key of the row: put in the example or named in a fault. */
  readonly decode: (row: JsonObject) => Decoded
  /** One row of JSON text without a line end, or undefined when the format cannot say what the example says. */
  readonly encode: (example: Example) => string | undefined
}
