import { createInterface } from 'node:readline'
import type { Answering, ChatMessage, ChatOptions } from '@anytune/core'
import { safeText } from './output/safe-text.ts'
import type { Session } from './session.ts'

/** Asks and answers on a terminal until Ctrl-D or `/exit`; Ctrl-C stops an answer, and ends the conversation between answers. */
export async function converse(
  { streams, output }: Session,
  model: Answering,
  system: readonly ChatMessage[],
  options: ChatOptions,
): Promise<void> {
  const { stdin, stdout } = streams
  const terminal = createInterface({
    input: stdin,
    output: stdout,
    prompt: output.paint('cyan', '› '),
  })
  let answering: AbortController | undefined
  terminal.on('SIGINT', () => (answering === undefined ? terminal.close() : answering.abort()))
  output.note('Ctrl-D or /exit ends the conversation; Ctrl-C stops an answer.')

  const told: ChatMessage[] = [...system]
  terminal.prompt()
  for await (const line of terminal) {
    const content = line.trim()
    if (content === '/exit') break
    if (content !== '') {
      answering = new AbortController()
      const reply = await stream(stdout, model, [...told, { role: 'user', content }], {
        ...options,
        signal: answering.signal,
      })
      answering = undefined
      // What was stopped half-way is left out: the next question would be answered as if it had been said in full.
      if (reply !== undefined) told.push({ role: 'user', content }, { role: 'assistant', content: reply })
    }
    terminal.prompt()
  }
  terminal.close()
  stdout.write('\n')
}

/** The whole answer; undefined when it was stopped. */
async function stream(
  stdout: NodeJS.WriteStream,
  model: Answering,
  messages: readonly ChatMessage[],
  options: ChatOptions & { readonly signal: AbortSignal },
): Promise<string | undefined> {
  let reply = ''
  try {
    for await (const text of model.streamChat(messages, options)) {
      stdout.write(safeText(text))
      reply += text
    }
    return reply
  } catch (error) {
    if (!options.signal.aborted) throw error
    return undefined
  } finally {
    stdout.write('\n')
  }
}
