import { fault } from './shape.ts'

/** The last turn of a row that teaches answers is someone else's. */
export const lastNotAssistant = fault(
  'last-not-assistant',
  'the last message must be the assistant’s',
  'add the answer the model shall learn, or cut the row after the last assistant message',
)

/** An answer of a tool for which no call was made. */
export const unmatched = fault(
  'unmatched-tool-call',
  'no assistant message before this one made a tool call with this id',
  'give the tool message the id of the call it answers',
)

/** An answer of a tool, in a format without ids, for which no call is open. */
export const unasked = fault('unmatched-tool-call', 'a tool answers, but no call before it is still open')

/** An assistant's turn without anything in it. */
export const saidNothing = fault(
  'missing-content',
  'an assistant message needs content, tool_calls, function_call or refusal',
  'give it text or a call, or remove the message',
)

/** An assistant's turn whose text is empty. */
export const emptyTarget = fault('empty-target', 'the assistant’s text is empty', 'give it text, or remove the row')

/** The last turn of a question is not the user's. */
export const lastNotUser = fault(
  'last-not-user',
  'the last message must be the user’s',
  'cut the row after what is asked; an answer to compare with goes under a key of its own, for the grader',
)
