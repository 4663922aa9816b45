import type { Ticket } from '../src/tickets.ts'

/** A ticket for tests. */
export function ticket(text: string, labels: Partial<Ticket['labels']>): Ticket {
  const all = { category: 'question', product: 'sprig', urgency: 'normal', ...labels }
  return { text, target: JSON.stringify(all), labels: all }
}
