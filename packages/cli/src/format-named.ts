import type { FormatId } from '@anytune/dataset'
import { AnytuneError } from '@anytune/core/driver'

/**
 * The format with this name.
 *
 * @param formats `FORMATS` of `@anytune/dataset`, which commands load when they run.
 * @throws AnytuneError `invalid-argument` naming the formats there are.
 */
export function formatNamed(wanted: string, formats: Readonly<Record<FormatId, unknown>>): FormatId {
  const ids = Object.keys(formats) as FormatId[] // The keys of the table are the formats.
  const found = ids.find((id) => id === wanted)
  if (found !== undefined) return found
  throw new AnytuneError('invalid-argument', `there is no format "${wanted}"`, {
    hint: `formats: ${ids.join(', ')}`,
  })
}
