import type { ImagePart, MediaPart } from '../example.ts'
import type { Feature } from './features.ts'

/** Bytes in a data URL: `data:image/png;base64,…`. */
export interface DataUrl {
  /** Such as `image/png`. */
  readonly mediaType: string
  readonly base64: string
}

/** The parts of a base64 data URL; undefined for any other URL. */
export function parseDataUrl(url: string): DataUrl | undefined {
  if (!url.startsWith('data:')) return undefined
  const comma = url.indexOf(',')
  const head = /^([a-z0-9.+-]+\/[a-z0-9.+-]+);base64$/.exec(url.slice(5, comma))
  const base64 = url.slice(comma + 1)
  return head?.[1] === undefined || base64 === '' ? undefined : { mediaType: head[1], base64 }
}

/** The URL that `parseDataUrl` reads. */
export function dataUrl({ mediaType, base64 }: DataUrl): string {
  return `data:${mediaType};base64,${base64}`
}

/** S3Uri of Amazon's service model bedrock-runtime. */
export const S3_URI = /^s3:\/\/[a-z0-9][.\-a-z0-9]{1,61}[a-z0-9](?:\/.*)?$/

/** How an image is given; data that say they are no image are an address like any other. */
export function imageFeature({ image_url: { url, media_type: mediaType } }: ImagePart): Feature {
  if (mediaType === undefined) return parseDataUrl(url)?.mediaType.startsWith('image/') ? 'image-data' : 'image-url'
  return S3_URI.test(url) ? 'image-s3' : 'image-uri'
}

/** How another medium is given. */
export function mediaFeature({ media: { url } }: MediaPart): Feature {
  if (parseDataUrl(url)) return 'media-data'
  return S3_URI.test(url) ? 'media-s3' : 'media-uri'
}

/** True for what has pages instead of a course in time. */
export function isDocument({ media: { media_type: mediaType } }: MediaPart): boolean {
  return !/^(?:video|audio)\//.test(mediaType)
}

/** The media type of an image whose row says it, in its URL or beside it. */
export function mediaTypeOf(part: ImagePart | MediaPart): string | undefined {
  if (part.type === 'media') return part.media.media_type
  return part.image_url.media_type ?? parseDataUrl(part.image_url.url)?.mediaType
}
