import { styleText } from 'node:util'

type Format = Parameters<typeof styleText>[0]

/** Colours a text, or gives it back as it is. */
export type Paint = (format: Format, text: string) => string

export function createPaint(color: boolean): Paint {
  return color ? (format, text) => styleText(format, text, { validateStream: false }) : (_format, text) => text
}

/** `--no-color` beats FORCE_COLOR, which beats NO_COLOR, which beats what the stream is. */
export function wantsColor(
  flag: boolean | undefined,
  env: NodeJS.ProcessEnv,
  stream: { readonly isTTY?: boolean },
): boolean {
  if (flag === false) return false
  if (env['FORCE_COLOR']) return !['0', 'false'].includes(env['FORCE_COLOR'])
  if (env['NO_COLOR']) return false
  return stream.isTTY === true && env['TERM'] !== 'dumb'
}
