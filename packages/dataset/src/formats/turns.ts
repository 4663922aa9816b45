import type { AssistantMessage, AssistantPart, Message, ToolCall, ToolMessage, UserPart } from '../example.ts'
import { partsOf, shortest, withoutEmptyTexts } from './content.ts'

/**
 * In the formats of AWS and Google one turn holds texts, calls and answers in any order; in an example calls follow the
 * text of their message and each answer is a message of its own. `userMessages` and `assistantMessages` take a turn
 * apart, `turnsText` puts it together again, and between them no order is lost.
 */
export function userMessages(pieces: readonly (UserPart | ToolMessage)[]): Message[] {
  const messages: Message[] = []
  let parts: UserPart[] = []
  const flush = () => {
    if (parts.length > 0) messages.push({ role: 'user', content: shortest(parts) })
    parts = []
  }
  for (const piece of pieces) {
    if ('role' in piece) {
      flush()
      messages.push(piece)
    } else parts.push(piece)
  }
  flush()
  return messages
}

/** The messages of one turn of the assistant; a part after a call begins another message. */
export function assistantMessages(pieces: readonly (AssistantPart | ToolCall)[]): AssistantMessage[] {
  const messages: AssistantMessage[] = []
  let parts: AssistantPart[] = []
  let calls: ToolCall[] = []
  const flush = () => {
    if (parts.length > 0 || calls.length > 0) messages.push(assistantMessage(parts, calls))
    parts = []
    calls = []
  }
  for (const piece of withoutEmptyTexts(pieces)) {
    if (piece.type === 'function' || piece.type === 'custom') calls.push(piece)
    else {
      if (calls.length > 0) flush()
      parts.push(piece)
    }
  }
  flush()
  return messages
}

/**
 * The JSON text of a list of turns. A turn is the user's message with the answers of tools around it, or the assistant's
 * with what it said after its calls; `heads` is how one begins, up to the bracket of its list of pieces.
 */
export function turnsText(
  messages: readonly Message[],
  heads: Readonly<Record<'user' | 'assistant', string>>,
  piecesOf: (message: Message) => string,
): string {
  let text = ''
  let before: Message | undefined
  for (const message of messages) {
    const pieces = piecesOf(message)
    if (pieces === '') throw new Error('a message without content was let through')
    if (before && joins(before, message)) text += `,${pieces}`
    else text += `${before ? ']},' : ''}${heads[message.role === 'assistant' ? 'assistant' : 'user']}${pieces}`
    before = message
  }
  return before ? `[${text}]}]` : '[]'
}

function joins(before: Message, message: Message): boolean {
  if (before.role === 'assistant' && message.role === 'assistant') {
    return (before.tool_calls?.length ?? 0) > 0 && saysSomething(message)
  }
  if (before.role === 'assistant' || message.role === 'assistant') return false
  return before.role === 'tool' || message.role === 'tool'
}

function saysSomething({ content }: AssistantMessage): boolean {
  return partsOf<AssistantPart>(content).some((part) => part.type !== 'text' || part.text !== '')
}

function assistantMessage(parts: readonly AssistantPart[], calls: readonly ToolCall[]): AssistantMessage {
  return {
    role: 'assistant',
    ...(parts.length > 0 && { content: shortest(parts) }),
    ...(calls.length > 0 && { tool_calls: calls }),
  }
}
