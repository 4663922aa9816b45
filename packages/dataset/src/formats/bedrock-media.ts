import type { ImagePart, JsonObject, MediaPart } from '../example.ts'
import { dataUrl, parseDataUrl, S3_URI } from './media.ts'
import { objectOf, oneKeyOf, oneOf, shape, someText, textLike, type Check } from './shape.ts'

/** Bedrock's own word for each media type, by kind of block (ImageFormat, VideoFormat, DocumentFormat of its model). */
const FORMATS = {
  image: { png: 'image/png', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp' },
  video: {
    mkv: 'video/x-matroska',
    mov: 'video/quicktime',
    mp4: 'video/mp4',
    webm: 'video/webm',
    flv: 'video/x-flv',
    mpeg: 'video/mpeg',
    mpg: 'video/mpg',
    wmv: 'video/wmv',
    three_gp: 'video/3gpp',
  },
  document: {
    pdf: 'application/pdf',
    csv: 'text/csv',
    doc: 'application/msword',
    docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    xls: 'application/vnd.ms-excel',
    xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    html: 'text/html',
    txt: 'text/plain',
    md: 'text/markdown',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>

type Kind = keyof typeof FORMATS

/** Where each media type goes: the block's key and the word for its format. */
const BLOCK_OF: ReadonlyMap<string, { readonly kind: Kind; readonly format: string }> = new Map(
  // Object.entries forgets the literal types.
  (Object.entries(FORMATS) as [Kind, Readonly<Record<string, string>>][]).flatMap(([kind, formats]) =>
    Object.entries(formats).map(([format, mediaType]) => [mediaType, { kind, format }] as const),
  ),
)

/** True for a media type that Bedrock has a word for. */
export function isBedrockMedia(mediaType: string): boolean {
  return BLOCK_OF.has(mediaType)
}

const uri = textLike(S3_URI, 'the form s3://bucket/key')
const bucketOwner = textLike(/^\d{12}$/, 'the 12 digits of an AWS account')
const s3Location = objectOf(shape({ uri }, { bucketOwner }))
const source = oneKeyOf({ bytes: someText, s3Location })
const documentSource = oneKeyOf({ bytes: someText, s3Location }, ['text', 'content'])

/** The blocks that hold a medium, by their key; a document's `format` is required because an example needs it. */
export const MEDIA_BLOCKS: Readonly<Record<Kind, Check>> = {
  image: objectOf(shape({ format: formatOf('image'), source }, {}, ['error'])),
  video: objectOf(shape({ format: formatOf('video'), source })),
  document: objectOf(
    shape({ format: formatOf('document'), name: someText, source: documentSource }, {}, ['context', 'citations']),
  ),
}

function formatOf(kind: Kind): Check {
  return oneOf(...Object.keys(FORMATS[kind]))
}

interface Medium {
  readonly format: string
  readonly name?: string
  readonly source:
    | { readonly bytes: string }
    | { readonly s3Location: { readonly uri: string; readonly bucketOwner?: string } }
}

/** The part that a checked block holds; undefined when it holds no medium. */
export function decodeMedia(block: JsonObject): ImagePart | MediaPart | undefined {
  const [key = ''] = Object.keys(block)
  if (!Object.hasOwn(FORMATS, key)) return undefined
  // MEDIA_BLOCKS has established it.
  const kind = key as Kind
  const { format, name, source } = block[key] as unknown as Medium
  const mediaType = mediaTypeFor(kind, format)
  const inside = 'bytes' in source
  const url = inside ? dataUrl({ mediaType, base64: source.bytes }) : source.s3Location.uri
  const owner = inside ? undefined : source.s3Location.bucketOwner
  const owned = owner === undefined ? {} : { bucket_owner: owner }
  if (kind === 'image') {
    return { type: 'image_url', image_url: { url, ...(!inside && { media_type: mediaType }), ...owned } }
  }
  return { type: 'media', media: { url, media_type: mediaType, ...(name !== undefined && { name }), ...owned } }
}

function mediaTypeFor(kind: Kind, format: string): string {
  const words: Readonly<Record<string, string>> = FORMATS[kind]
  return words[format] ?? ''
}

/** The block of a part whose media type is Bedrock's. */
export function encodeMedia(part: ImagePart | MediaPart): object {
  const { url, media_type: beside, bucket_owner: bucketOwner } = part.type === 'media' ? part.media : part.image_url
  const data = parseDataUrl(url)
  const place = BLOCK_OF.get(beside ?? data?.mediaType ?? '')
  // The features and limits of the format have let no other part through.
  if (place === undefined) throw new Error('a media type without a word of Bedrock’s was let through')
  const source = data ? { bytes: data.base64 } : { s3Location: { uri: url, bucketOwner } }
  const name = part.type === 'media' ? part.media.name : undefined
  return { [place.kind]: { format: place.format, name, source } }
}
