import type { Asked } from '../src/next-command.ts'
import { processStreams } from '../src/streams.ts'

/** A command that was called with no option that all commands have, by its own name. */
export const bare: Asked = asking({})

/** A command that was called with these options. */
export function asking(
  globals: Readonly<{ provider?: string; config?: string }>,
  env: Readonly<Record<string, string>> = {},
): Asked {
  return { globals: { color: true, ...globals }, streams: { ...processStreams(), env } }
}
