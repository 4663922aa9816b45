import type { Example, Message } from '../example.ts'

/** A part of a message's content. */
export type Part = Exclude<NonNullable<Message['content']>, string>[number]

interface Placed {
  /** Where it stands in the example, such as `messages[2].content[0]`. */
  readonly field: string
}

/** All parts of all messages that have parts. */
export function partsOf(example: Example): readonly (Placed & { readonly part: Part })[] {
  return messagesOf(example).flatMap(({ field, message: { content } }) =>
    typeof content === 'string' || !content
      ? []
      : content.map((part, index) => ({ field: `${field}.content[${index}]`, part })),
  )
}

/** All texts that a person or the model wrote; not the arguments of calls, nor definitions of tools. */
export function* textsOf(example: Example): Generator<Placed & { readonly text: string }> {
  if (example.kind === 'text') yield { field: 'text', text: example.text }
  else if (example.kind === 'completion') {
    yield { field: 'prompt', text: example.prompt }
    yield { field: 'completion', text: example.completion }
  } else {
    for (const { field, message } of messagesOf(example)) {
      const { content } = message
      if (typeof content === 'string') yield { field: `${field}.content`, text: content }
      else {
        for (const [index, part] of (content ?? []).entries()) {
          const text = 'text' in part ? part.text : undefined
          if (text !== undefined) yield { field: `${field}.content[${index}]`, text }
        }
      }
      if (message.role === 'assistant' && message.refusal) {
        yield { field: `${field}.refusal`, text: message.refusal }
      }
    }
  }
}

/** All messages of an example; the answers of a preference are named as its rows name them. */
export function messagesOf(example: Example): readonly (Placed & { readonly message: Message })[] {
  if (!('messages' in example)) return []
  const placed: (Placed & { readonly message: Message })[] = example.messages.map((message, index) => ({
    field: `messages[${index}]`,
    message,
  }))
  if (example.kind === 'preference') {
    placed.push({ field: 'preferred_output[0]', message: example.preferred })
    placed.push({ field: 'non_preferred_output[0]', message: example.nonPreferred })
  }
  return placed
}
