/**
 * Words with their leading space, digits in threes, runs of punctuation, runs of white space: merges never cross these borders.
 * Runs are cut at 32 so that scripts without spaces and hostile input stay linear in time.
 */
const pieces = / ?[\p{L}\p{M}]{1,32}| ?\p{N}{1,3}| ?[^\s\p{L}\p{M}\p{N}]{1,32}|\s{1,32}/gu

/** Cuts a text into the pieces within which tokens are formed; joined they are the text again. */
export function splitPieces(text: string): readonly string[] {
  return text.match(pieces) ?? []
}
