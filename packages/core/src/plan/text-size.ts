import { type Example, type ExampleRule, type Message, readExamples } from '@anytune/dataset'
import type { FormatId } from '../driver.ts'
import type { NamedSource } from './sources.ts'

/** How much text the accepted rows of a dataset hold. Counts only. */
export interface TextSize {
  /** Of messages, answers and calls, without definitions of tools, names and roles. */
  readonly characters: number
  /** Images, audio and files: how many tokens they come to, their rows do not say. */
  readonly attachments: number
}

/** Reads the dataset once more, for a bound of its tokens. */
export async function textSize(
  { source }: NamedSource,
  options: { readonly format: FormatId; readonly rules: readonly ExampleRule[]; readonly signal?: AbortSignal },
): Promise<TextSize> {
  const size = { characters: 0, attachments: 0 }
  for await (const { example } of readExamples(source, options)) if (example !== undefined) addExample(size, example)
  return size
}

interface Tally {
  characters: number
  attachments: number
}

function addExample(size: Tally, example: Example): void {
  if (example.kind === 'completion') {
    size.characters += example.prompt.length + example.completion.length
    return
  }
  if (example.kind === 'text') {
    size.characters += example.text.length
    return
  }
  for (const message of example.messages) addMessage(size, message)
  if (example.kind !== 'preference') return
  addMessage(size, example.preferred)
  addMessage(size, example.nonPreferred)
}

function addMessage(size: Tally, message: Message): void {
  const { content } = message
  if (typeof content === 'string') size.characters += content.length
  else for (const part of content ?? []) addPart(size, part)
  if (message.role !== 'assistant') return
  if (message.audio) size.attachments++
  size.characters += message.refusal?.length ?? 0
  if (message.function_call) size.characters += callLength(message.function_call)
  for (const call of message.tool_calls ?? []) {
    size.characters += call.type === 'function' ? callLength(call.function) : call.custom.input.length
  }
}

type Part = Exclude<NonNullable<Message['content']>, string>[number]

function addPart(size: Tally, part: Part): void {
  if (part.type === 'text' || part.type === 'reasoning') size.characters += part.text.length
  else if (part.type === 'refusal') size.characters += part.refusal.length
  else if (part.type === 'json') size.characters += JSON.stringify(part.json).length
  else size.attachments++
}

function callLength(call: { readonly name: string; readonly arguments: string }): number {
  return call.name.length + call.arguments.length
}
