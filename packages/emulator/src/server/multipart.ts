/** One part of a `multipart/form-data` body. */
export interface FormPart {
  readonly name: string
  /** Present on a file. */
  readonly filename?: string
  readonly contentType?: string
  readonly content: Buffer
}

export type FormReading =
  | { readonly ok: true; readonly parts: readonly FormPart[] }
  | { readonly ok: false; readonly problem: string }

/**
 * Reads a form (RFC 7578) from its whole body, strictly: a boundary of RFC 2046, a name for each part, an end.
 * The contents are views of the body, not copies.
 */
export function readForm(contentType: string | undefined, body: Buffer): FormReading {
  const boundary = boundaryOf(contentType)
  if (boundary === undefined) return bad('the content type is not multipart/form-data with a boundary')
  const delimiter = Buffer.from(`--${boundary}`)
  let position = body.indexOf(delimiter)
  if (position === -1) return bad('the boundary is not in the body')
  const parts: FormPart[] = []
  for (;;) {
    position += delimiter.length
    if (body.toString('latin1', position, position + 2) === '--') return { ok: true, parts }
    if (body.toString('latin1', position, position + 2) !== LINE_END) return bad('a boundary has no end of line')
    const start = position + 2
    const end = body.indexOf(`${LINE_END}--${boundary}`, start, 'latin1')
    if (end === -1) return bad('the last part has no end')
    const part = readPart(body.subarray(start, end))
    if (typeof part === 'string') return bad(part)
    parts.push(part)
    position = end + LINE_END.length
  }
}

const LINE_END = '\r\n'

function boundaryOf(contentType: string | undefined): string | undefined {
  const match = /^multipart\/form-data\s*;(.*)$/i.exec(contentType ?? '')
  const boundary = /(?:^|;)\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(match?.[1] ?? '')
  return boundary?.[1] ?? boundary?.[2]
}

function readPart(part: Buffer): FormPart | string {
  const split = part.indexOf(LINE_END + LINE_END)
  if (split === -1) return 'a part has no headers'
  const headers = readHeaders(part.toString('utf8', 0, split))
  const disposition = headers.get('content-disposition') ?? ''
  const name = parameter(disposition, 'name')
  if (!/^form-data\s*(;|$)/i.test(disposition) || name === undefined) return 'a part has no name'
  const filename = parameter(disposition, 'filename')
  const contentType = headers.get('content-type')
  return {
    name,
    ...(filename === undefined ? {} : { filename }),
    ...(contentType === undefined ? {} : { contentType }),
    content: part.subarray(split + 2 * LINE_END.length),
  }
}

function readHeaders(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(LINE_END).map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
}

/** Quotes and line ends in names come percent-encoded from browsers and fetch, with a backslash from others. */
function parameter(disposition: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;]+))`, 'i').exec(disposition)
  const value = match?.[1]?.replaceAll(/\\(.)/g, '$1') ?? match?.[2]
  return value?.replaceAll('%22', '"').replaceAll('%0D', '\r').replaceAll('%0A', '\n')
}

function bad(problem: string): FormReading {
  return { ok: false, problem }
}
