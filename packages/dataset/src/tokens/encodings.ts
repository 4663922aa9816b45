/** The token vocabularies that are counted exactly: OpenAI's byte pair encodings. */
export type EncodingId = 'o200k_base' | 'cl100k_base'

/** What a vocabulary is made of. */
export interface Encoding {
  /** The token of each rank, as text or, where its bytes are no UTF-8, as bytes; ranks that are not used are holes. */
  readonly tokens: readonly (string | readonly number[])[]
  /** Cuts a text into the pieces that are merged on their own; global and sticky to nothing, so `lastIndex` must be set. */
  readonly pieces: RegExp
}

/** Loads a vocabulary: 1 to 2.5 MB of source, read the first time it is asked for and never with this package itself. */
export const ENCODINGS: Readonly<Record<EncodingId, () => Promise<Encoding>>> = {
  async o200k_base() {
    const [{ default: tokens }, { O200K_TOKEN_SPLIT_REGEX: pieces }] = await Promise.all([
      import('gpt-tokenizer/bpeRanks/o200k_base'),
      import('gpt-tokenizer/encodingParams/constants'),
    ])
    return { tokens, pieces }
  },
  async cl100k_base() {
    const [{ default: tokens }, { CL100K_TOKEN_SPLIT_REGEX: pieces }] = await Promise.all([
      import('gpt-tokenizer/bpeRanks/cl100k_base'),
      import('gpt-tokenizer/encodingParams/constants'),
    ])
    return { tokens, pieces }
  },
}
