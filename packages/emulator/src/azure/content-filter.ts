import type { OpenAI } from 'openai'
import type { ChatChunk } from '../chat/completion.ts'

const CATEGORIES = ['hate', 'self_harm', 'sexual', 'violence'] as const

type Results = Readonly<
  Record<string, { readonly filtered: boolean; readonly severity?: string; readonly detected?: boolean }>
>

/** What the filter found in a prompt or an answer: nothing, or violence that it stops. */
export function filterResults(stopped: boolean): Results {
  const found = (category: string) =>
    stopped && category === 'violence' ? { filtered: true, severity: 'medium' } : { filtered: false, severity: 'safe' }
  return Object.fromEntries(CATEGORIES.map((category) => [category, found(category)]))
}

const PROMPT_RESULTS = [
  {
    prompt_index: 0,
    content_filter_results: { ...filterResults(false), jailbreak: { filtered: false, detected: false } },
  },
]

/** A whole completion with what the filter found; a stopped answer has no text left. */
export function filterCompletion(completion: OpenAI.Chat.ChatCompletion, stops: boolean) {
  return {
    ...completion,
    prompt_filter_results: PROMPT_RESULTS,
    choices: completion.choices.map((choice) => ({
      ...choice,
      ...(stops && {
        finish_reason: 'content_filter' as const,
        message: { ...choice.message, content: '' },
      }),
      content_filter_results: filterResults(stops),
    })),
  }
}

/** The same in pieces: first what was found in the prompt, then the answer, of which a stopped one says nothing. */
export async function* filterStream(chunks: AsyncIterable<ChatChunk>, stops: boolean): AsyncGenerator {
  let begun = false
  for await (const chunk of chunks) {
    if (!begun) yield { ...chunk, choices: [], prompt_filter_results: PROMPT_RESULTS }
    begun = true
    const choices = chunk.choices.flatMap((choice) => {
      const over = choice.finish_reason !== null
      if (stops && !over && choice.delta.role === undefined) return []
      const results = over || choice.delta.role === undefined ? filterResults(stops) : {}
      return [
        {
          ...choice,
          ...(stops && over && { finish_reason: 'content_filter' as const }),
          content_filter_results: results,
        },
      ]
    })
    if (choices.length > 0 || chunk.usage != null) yield { ...chunk, choices }
  }
}
