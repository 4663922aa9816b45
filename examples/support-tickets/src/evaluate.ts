import { FIELDS, parseLabels, parseObject, type Field, type Ticket } from './tickets.ts'

/** One answer, judged. */
export interface Judgement {
  readonly ticket: Ticket
  readonly answer: string
  /** The answer is the right one, letter for letter. */
  readonly exact: boolean
  /** The answer is a JSON object with exactly the three keys and a known label for each. */
  readonly validJson: boolean
  /** Which labels are right; none where the answer is no JSON object. */
  readonly fields: Readonly<Record<Field, boolean>>
}

/** How many of the answers were right, as fractions from 0 to 1. */
export interface Scores {
  readonly examples: number
  readonly exact: number
  readonly validJson: number
  readonly fields: Readonly<Record<Field, number>>
  /** The mean over the fields. */
  readonly fieldAccuracy: number
}

/** Gives an answer to a ticket's text. */
export type Ask = (text: string) => Promise<string>

/** Asks about every ticket, one after the other. */
export async function evaluate(tickets: readonly Ticket[], ask: Ask): Promise<readonly Judgement[]> {
  const judgements: Judgement[] = []
  for (const ticket of tickets) judgements.push(judge(ticket, await ask(ticket.text)))
  return judgements
}

export function judge(ticket: Ticket, answer: string): Judgement {
  const given = parseObject(answer)
  const isRight = (field: Field) => given?.[field] === ticket.labels[field]
  return {
    ticket,
    answer,
    exact: answer === ticket.target,
    validJson: parseLabels(answer) !== undefined,
    fields: { category: isRight('category'), product: isRight('product'), urgency: isRight('urgency') },
  }
}

/** @throws RangeError when there is nothing to score. */
export function score(judgements: readonly Judgement[]): Scores {
  const examples = judgements.length
  if (examples === 0) throw new RangeError('there are no answers to score')
  const share = (holds: (judgement: Judgement) => boolean) => judgements.filter(holds).length / examples
  const fields = {
    category: share((judgement) => judgement.fields.category),
    product: share((judgement) => judgement.fields.product),
    urgency: share((judgement) => judgement.fields.urgency),
  }
  return {
    examples,
    exact: share(({ exact }) => exact),
    validJson: share(({ validJson }) => validJson),
    fields,
    fieldAccuracy: FIELDS.reduce((sum, field) => sum + fields[field], 0) / FIELDS.length,
  }
}
