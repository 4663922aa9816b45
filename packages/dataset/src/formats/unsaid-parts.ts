import type {
  AssistantMessage,
  AssistantPart,
  ImagePart,
  JsonValue,
  MediaPart,
  ToolMessage,
  ToolPart,
  UserMessage,
  UserPart,
} from '../example.ts'
import type { Feature, Unsaid } from './features.ts'
import { imageFeature, isDocument, mediaFeature, mediaTypeOf } from './media.ts'
import { firstOf, ofJson, unless, type Says } from './says.ts'

/** What of a user's content a format cannot say. */
export function ofUser(content: UserMessage['content'], says: Says): Unsaid | undefined {
  return ofParts(content, says, (part) => ofUserPart(part, says))
}

/** What of an assistant's content a format cannot say. */
export function ofSaid(content: NonNullable<AssistantMessage['content']>, says: Says): Unsaid | undefined {
  return ofParts(content, says, (part) => ofAssistantPart(part, says))
}

/** What of the answer of a tool a format cannot say. */
export function ofToolResult({ content, is_error: failed }: ToolMessage, says: Says): Unsaid | undefined {
  const missing = unless(says, 'tool-results') ?? (failed ? unless(says, 'tool-result-error', 'is_error') : undefined)
  if (missing) return missing
  if (typeof content !== 'string' && content.length > 1 && !says.has('tool-result-parts')) {
    return { feature: 'tool-result-parts', field: 'content' }
  }
  return ofEach(content, says, (part) => ofToolPart(part, says))
}

function ofToolPart(part: ToolPart, says: Says): Unsaid | undefined {
  if (part.type === 'text') return undefined
  if (part.type === 'json') return ofJsonPart(part.json, says)
  return unless(says, 'tool-result-media') ?? ofUserPart(part, says)
}

function ofJsonPart(json: JsonValue, says: Says): Unsaid | undefined {
  const feature = typeof json === 'string' ? 'tool-result-json-text' : 'tool-result-json'
  return unless(says, feature) ?? ofJson(json, says)
}

function ofUserPart(part: UserPart, says: Says): Unsaid | undefined {
  // The table is keyed by the type that discriminates the union.
  const check = USER_PARTS[part.type] as (part: UserPart, says: Says) => Unsaid | undefined
  return check(part, says)
}

const USER_PARTS: {
  readonly [T in UserPart['type']]: (part: Extract<UserPart, { readonly type: T }>, says: Says) => Unsaid | undefined
} = {
  text: () => undefined,
  image_url: (part, says) =>
    unless(says, imageFeature(part)) ??
    ofAddress(imageFeature(part), part.image_url.url, says) ??
    ofMediaType(part, says) ??
    (part.image_url.detail === undefined ? undefined : unless(says, 'image-detail', 'image_url.detail')),
  input_audio: (_part, says) => unless(says, 'audio'),
  file: (_part, says) => unless(says, 'file'),
  media: (part, says) =>
    unless(says, mediaFeature(part)) ??
    ofAddress(mediaFeature(part), part.media.url, says) ??
    ofName(part, says) ??
    ofMediaType(part, says),
}

function ofAddress(feature: Feature, url: string, says: Says): Unsaid | undefined {
  const fits = !ADDRESSED.has(feature) || says.address === undefined || says.address.test(url)
  return fits ? undefined : { feature }
}

const ADDRESSED: ReadonlySet<Feature> = new Set(['image-uri', 'media-uri'])

function ofName(part: MediaPart, says: Says): Unsaid | undefined {
  const named = part.media.name !== undefined
  // No format names a video.
  if (!isDocument(part)) return named ? { feature: 'media-name' } : undefined
  return unless(says, named ? 'media-name' : 'unnamed-document')
}

function ofMediaType(part: ImagePart | MediaPart, says: Says): Unsaid | undefined {
  const mediaType = mediaTypeOf(part)
  const named = mediaType === undefined || says.mediaType === undefined || says.mediaType(mediaType)
  return named ? undefined : { feature: 'media-type' }
}

function ofAssistantPart(part: AssistantPart, says: Says): Unsaid | undefined {
  if (part.type === 'text') return undefined
  if (part.type === 'refusal') return unless(says, 'refusal')
  if (part.type === 'redacted_reasoning') return unless(says, 'redacted-reasoning')
  return unless(says, 'reasoning') ?? (part.signature === undefined ? undefined : unless(says, 'reasoning-signature'))
}

/** What of content in several parts a format cannot say; instructions have text parts alone. */
export function ofParts<P extends object>(
  content: string | readonly P[],
  says: Says,
  check: (part: P) => Unsaid | undefined = () => undefined,
): Unsaid | undefined {
  if (typeof content === 'string') return undefined
  if (content.length > 1 && !says.has('text-parts')) return { feature: 'text-parts', field: 'content' }
  return ofEach(content, says, check)
}

function ofEach<P extends object>(
  content: string | readonly P[],
  says: Says,
  check: (part: P) => Unsaid | undefined,
): Unsaid | undefined {
  if (typeof content === 'string') return undefined
  return firstOf('content', content, (part) =>
    'prompt_cache_breakpoint' in part ? (unless(says, 'cache-breakpoint') ?? check(part)) : check(part),
  )
}
