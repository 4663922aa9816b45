import type { FilterFinding } from '@anytune/core/driver'
import type {
  ContentFilterDetectionResultOutput,
  ContentFilterResultOutput,
  ContentFilterResultsForChoiceOutput,
  ContentFilterResultsForPromptOutput,
} from '@azure/openai/types'
import type { OpenAI } from 'openai'

/** What Azure adds to a piece of an answer. */
type FilteredPiece = OpenAI.ChatCompletionChunk & {
  readonly prompt_filter_results?: readonly ContentFilterResultsForPromptOutput[] | null
  readonly choices: readonly { readonly content_filter_results?: ContentFilterResultsForChoiceOutput | null }[]
}

/** One category of a result: rated, or only found; `error` is neither. */
type Category = Partial<ContentFilterResultOutput & ContentFilterDetectionResultOutput>

/** What Azure's content filter found in a piece, in its own words. What is safe and was not held back is not told. */
export function filterFindings(piece: OpenAI.ChatCompletionChunk): readonly FilterFinding[] {
  const { prompt_filter_results: prompts, choices } = piece as FilteredPiece // as the service answers
  return [
    ...(prompts ?? []).flatMap((prompt) => findingsOf('question', prompt.content_filter_results)),
    ...choices.flatMap((choice) => findingsOf('answer', choice.content_filter_results ?? {})),
  ]
}

function findingsOf(side: FilterFinding['side'], results: object): readonly FilterFinding[] {
  // Members are the categories, of which there are more than the types know.
  return Object.entries(results).flatMap(([category, result]: [string, Category | null]) => {
    const { filtered = false, detected = false, severity } = result ?? {}
    const isSafe = !filtered && !detected && (severity === undefined || severity === 'safe')
    return isSafe ? [] : [{ side, category, filtered, ...(severity !== undefined && { severity }) }]
  })
}
