import { AnytuneError } from '@anytune/core'
import { checkDataset, fileSource, readExamples, type CheckReport, type Example } from '@anytune/dataset'

/** The keys of an answer with the labels that the labelling guide allows, both in its order. */
export const LABELS = {
  category: ['billing', 'delivery', 'login', 'defect', 'question'],
  product: ['sprig', 'lumi', 'nibble', 'perk'],
  urgency: ['high', 'normal', 'low'],
} as const

/** What is asked about a ticket. */
export type Field = keyof typeof LABELS

export const FIELDS: readonly Field[] = ['category', 'product', 'urgency']

/** A customer's message and the answer that is right. */
export interface Ticket {
  readonly text: string
  /** The right answer, letter for letter: compact JSON. */
  readonly target: string
  readonly labels: Readonly<Record<Field, string>>
}

/** A file of tickets, checked and read. */
export interface TicketFile {
  readonly report: CheckReport
  readonly tickets: readonly Ticket[]
}

/**
 * Checks a dataset file and reads its tickets.
 *
 * @throws DatasetError when the file cannot be read, AnytuneError `dataset-invalid` naming the line of a row that is no ticket.
 */
export async function readTickets(path: string): Promise<TicketFile> {
  const source = fileSource(path)
  const report = await checkDataset(source)
  const tickets: Ticket[] = []
  for await (const { line, example, rejection } of readExamples(source)) {
    const ticket = example && toTicket(example)
    if (ticket === undefined) throw notATicket(source.name, line, rejection?.message)
    tickets.push(ticket)
  }
  if (tickets.length > 0) return { report, tickets }
  throw new AnytuneError('dataset-invalid', `${source.name} has no tickets`, { hint: RESTORE })
}

/** The labels of an answer; undefined unless it is a JSON object with exactly the three keys and a known label for each. */
export function parseLabels(answer: string): Ticket['labels'] | undefined {
  const value = parseObject(answer)
  if (value === undefined || Object.keys(value).length !== FIELDS.length) return undefined
  const { category, product, urgency } = value
  if (!isLabel('category', category) || !isLabel('product', product) || !isLabel('urgency', urgency)) return undefined
  return { category, product, urgency }
}

/** An answer as a JSON object; undefined when it is anything else. */
export function parseObject(answer: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(answer)
    // A JSON object has string keys and any values.
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // Text that is no JSON is no object either.
  }
  return undefined
}

function isLabel(field: Field, value: unknown): value is string {
  const labels: readonly unknown[] = LABELS[field]
  return labels.includes(value)
}

function toTicket(example: Example): Ticket | undefined {
  if (example.kind !== 'chat' || example.messages.length !== 2) return undefined
  const [question, answer] = example.messages
  if (question?.role !== 'user' || answer?.role !== 'assistant') return undefined
  const { content: text } = question
  const { content: target } = answer
  if (typeof text !== 'string' || typeof target !== 'string') return undefined
  const labels = parseLabels(target)
  return labels && { text, target, labels }
}

const RESTORE = 'the file is part of the project and frozen: restore it'

function notATicket(name: string, line: number, reason: string | undefined): AnytuneError {
  const why = reason ?? 'it is not one question with an answer of three known labels'
  return new AnytuneError('dataset-invalid', `line ${line} of ${name} is not a ticket: ${why}`, { hint: RESTORE })
}
