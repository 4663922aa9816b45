import type { Example, Message } from '../example.ts'
import type { Broken } from './broken.ts'
import { attachmentsOf, imagesOf, mediaTypeOf } from './images.ts'
import type { Limit, LIMITS, LimitId } from './limit.ts'
import { textsOf } from './texts.ts'

type RowLimitId = { [Id in LimitId]: (typeof LIMITS)[Id]['of'] extends 'row' ? Id : never }[LimitId]

/** Looks at one example. */
export type RowCheck = (example: Example) => Broken | undefined

/** Makes the check of a limit; undefined for a limit that is not about single rows, or that lacks what it needs to be judged. */
export function rowCheck(limit: Limit): RowCheck | undefined {
  return isRowLimit(limit.id) ? CHECKS[limit.id](limit) : undefined
}

const CHECKS: Readonly<Record<RowLimitId, (limit: Limit) => RowCheck | undefined>> = {
  'alternating-turns': () => alternating,
  'first-turn': ({ roles }) => roles && turnAt('first', roles),
  'last-turn': ({ roles }) => roles && turnAt('last', roles),
  'forbidden-text': ({ texts }) => texts && without(texts),
  'text-only': () => textOnly,
  'text-and-images-only': () => textAndImagesOnly,
  'maximum-images': ({ limit }) => (limit === undefined ? undefined : imagesUpTo(limit)),
  'maximum-image-bytes': ({ limit }) => (limit === undefined ? undefined : imageBytesUpTo(limit)),
  'image-types': ({ texts }) => texts && imagesOfTypes(texts),
}

function isRowLimit(id: LimitId): id is RowLimitId {
  return Object.hasOwn(CHECKS, id)
}

/** Whose turn a message is. The answers of tools are the user's, and several of them one turn. */
const SIDES: Readonly<Record<Message['role'], 'user' | 'assistant' | undefined>> = {
  system: undefined,
  developer: undefined,
  user: 'user',
  tool: 'user',
  function: 'user',
  assistant: 'assistant',
}

function alternating(example: Example): Broken | undefined {
  let before: Message | undefined
  for (const [index, message] of turnsOf(example).entries()) {
    const side = SIDES[message.role]
    if (side === undefined) continue
    const again = before !== undefined && SIDES[before.role] === side
    // A user's words after the answer of a tool are the same turn.
    if (again && before?.role !== 'tool') {
      return {
        field: `messages[${index}].role`,
        message: `user and assistant must take turns, and two messages of the ${side} follow each other`,
        hint: 'join the two messages into one',
      }
    }
    before = message
  }
  return undefined
}

function turnAt(where: 'first' | 'last', roles: readonly string[]): RowCheck {
  return (example) => {
    const turns = turnsOf(example)
    const index =
      where === 'last' ? turns.length - 1 : turns.findIndex(({ role }) => role !== 'system' && role !== 'developer')
    const turn = turns[index]
    if (turn === undefined || roles.includes(turn.role)) return undefined
    return {
      field: `messages[${index}].role`,
      message: `the ${where} message must be of the ${roles.join(' or ')}`,
      hint: where === 'last' ? 'cut the row, or add what is missing' : 'leave out what comes before, or add it',
    }
  }
}

function without(texts: readonly string[]): RowCheck {
  // An empty text is in every text, and would forbid everything.
  const sought = texts.filter((text) => text !== '')
  if (sought.length === 0) return () => undefined
  const pattern = new RegExp(sought.map(escaped).join('|'), 'i')
  return (example) => {
    for (const { field, text } of textsOf(example)) {
      const found = pattern.exec(text)?.[0]
      if (found === undefined) continue
      const which = sought.find((one) => one.toLowerCase() === found.toLowerCase()) ?? sought.join(', ')
      return { field, message: `the text holds "${which}", in capitals or not`, hint: 'write it in another way' }
    }
    return undefined
  }
}

/** As `RegExp.escape` of newer engines. */
function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
}

function textOnly(example: Example): Broken | undefined {
  const [found] = attachmentsOf(example)
  return found && { field: found.field, message: 'only text is taken', hint: 'leave the image, audio or file out' }
}

function textAndImagesOnly(example: Example): Broken | undefined {
  const found = attachmentsOf(example).find(({ type }) => type !== 'image_url')
  return found && { field: found.field, message: 'only text and images are taken', hint: 'leave the audio or file out' }
}

function imagesUpTo(limit: number): RowCheck {
  return (example) => {
    const count = imagesOf(example).length
    if (count <= limit) return undefined
    return { message: `the example has ${count} images, and ${limit} are allowed`, hint: 'leave images out' }
  }
}

function imageBytesUpTo(limit: number): RowCheck {
  return (example) => {
    const found = imagesOf(example).find(({ bytes }) => bytes !== undefined && bytes > limit)
    if (found === undefined) return undefined
    return {
      field: found.field,
      message: `the image has ${found.bytes} bytes, and ${limit} are allowed`,
      hint: 'make the image smaller',
    }
  }
}

function imagesOfTypes(types: readonly string[]): RowCheck {
  return (example) => {
    const found = imagesOf(example).find(({ image }) => {
      const type = mediaTypeOf(image)
      return type !== undefined && !types.includes(type)
    })
    if (found === undefined) return undefined
    return { field: found.field, message: `images must be of ${types.join(', ')}`, hint: 'convert the image' }
  }
}

/** The messages that are learned or asked; a preference ends with its better answer. */
function turnsOf(example: Example): readonly Message[] {
  if (!('messages' in example)) return []
  return example.kind === 'preference' ? [...example.messages, example.preferred] : example.messages
}
