import type { Example, ImagePart } from '../example.ts'
import { messagesOf, partsOf, type Part } from './texts.ts'

/** An image of an example. */
export interface PlacedImage {
  readonly field: string
  readonly image: ImagePart['image_url']
  /** Its size, where it stands in the row itself. */
  readonly bytes?: number
}

/** Everything in an example that is no text: parts of content, then what the assistant spoke. */
export function attachmentsOf(
  example: Example,
): readonly { readonly field: string; readonly type: Part['type'] | 'audio' }[] {
  const parts = partsOf(example).flatMap(({ field, part: { type } }) =>
    ATTACHMENTS.has(type) ? [{ field, type }] : [],
  )
  const spoken = messagesOf(example).flatMap(({ field, message }) =>
    message.role === 'assistant' && message.audio ? [{ field: `${field}.audio`, type: 'audio' as const }] : [],
  )
  return [...parts, ...spoken]
}

const ATTACHMENTS: ReadonlySet<Part['type']> = new Set(['image_url', 'input_audio', 'file', 'media'])

/** All images of an example, in order. */
export function imagesOf(example: Example): readonly PlacedImage[] {
  return partsOf(example).flatMap(({ field, part }) => {
    if (part.type !== 'image_url') return []
    const image = part.image_url
    const bytes = dataBytes(image.url)
    return [{ field, image, ...(bytes !== undefined && { bytes }) }]
  })
}

/** The media type that the part, the data URL or the ending of the address says; undefined where none does. */
export function mediaTypeOf({ url, media_type: type }: ImagePart['image_url']): string | undefined {
  if (type !== undefined) return type.toLowerCase()
  const ofData = /^data:([^;,]+)/i.exec(url)?.[1]
  if (ofData !== undefined) return ofData.toLowerCase()
  const ending = /\.([a-z0-9]{2,5})(?:[?#]|$)/i.exec(url)?.[1]?.toLowerCase()
  return ending === undefined ? undefined : ENDINGS.get(ending)
}

/** Endings of addresses that say what is behind them. */
const ENDINGS: ReadonlyMap<string, string> = new Map([
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['png', 'image/png'],
  ['webp', 'image/webp'],
  ['gif', 'image/gif'],
  ['bmp', 'image/bmp'],
  ['svg', 'image/svg+xml'],
  ['tif', 'image/tiff'],
  ['tiff', 'image/tiff'],
])

/** Bytes behind a base64 data URL; undefined for any other address. */
function dataBytes(url: string): number | undefined {
  const comma = url.indexOf(',')
  if (!/^data:[^,]*;base64$/i.test(url.slice(0, Math.max(0, comma)))) return undefined
  const padding = url.endsWith('==') ? 2 : url.endsWith('=') ? 1 : 0
  return Math.floor(((url.length - comma - 1) * 3) / 4) - padding
}
