import type { Example, Message, Role } from './example.ts'

/** What the accepted examples are made of. */
export interface ExampleCounts {
  readonly messages: number
  readonly messagesByRole: Readonly<Record<Role, number>>
  /** Examples that offer tools or functions. */
  readonly withTools: number
  /** Calls the assistant makes, of tools and of functions. */
  readonly toolCalls: number
  /** Image parts in user messages. */
  readonly images: number
}

/** Counts that grow. */
export type GrowingCounts = { -readonly [Key in keyof ExampleCounts]: ExampleCounts[Key] } & {
  readonly messagesByRole: Record<Role, number>
}

/** The counts of no example. */
export function noCounts(): GrowingCounts {
  const messagesByRole = { system: 0, developer: 0, user: 0, assistant: 0, tool: 0, function: 0 }
  return { messages: 0, messagesByRole, withTools: 0, toolCalls: 0, images: 0 }
}

/** Adds one example. */
export function countExample(counts: GrowingCounts, example: Example): void {
  if (example.kind === 'completion' || example.kind === 'text') return
  if (example.tools?.length || (example.kind === 'chat' && example.functions?.length)) counts.withTools++
  for (const message of example.messages) countMessage(counts, message)
  if (example.kind !== 'preference') return
  countMessage(counts, example.preferred)
  countMessage(counts, example.nonPreferred)
}

/** Adds the counts of other examples. */
export function addCounts(counts: GrowingCounts, others: ExampleCounts): void {
  counts.messages += others.messages
  counts.withTools += others.withTools
  counts.toolCalls += others.toolCalls
  counts.images += others.images
  // The keys of the object are the roles.
  for (const role of Object.keys(counts.messagesByRole) as Role[]) {
    counts.messagesByRole[role] += others.messagesByRole[role]
  }
}

function countMessage(counts: GrowingCounts, message: Message): void {
  counts.messages++
  counts.messagesByRole[message.role]++
  if (message.role === 'assistant') {
    counts.toolCalls += (message.tool_calls?.length ?? 0) + (message.function_call ? 1 : 0)
  }
  if (message.role === 'user' && typeof message.content !== 'string') {
    for (const part of message.content) if (part.type === 'image_url') counts.images++
  }
}
