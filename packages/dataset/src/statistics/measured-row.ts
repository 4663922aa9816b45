import type { Example } from '../example.ts'
import { imagesOf } from '../limits/images.ts'
import { rowHash } from '../lineage/row-hash.ts'

/** What statistics need of an accepted row besides its tokens; it can be handed to another thread. */
export interface MeasuredRow {
  readonly line: number
  readonly messages: number
  readonly hasImage: boolean
  /** `rowHash` of the example, a character a byte: a buffer would take all the memory that it is a part of with it. */
  readonly hash: string
}

/** Measures one row. */
export function measureRow(example: Example, line: number): MeasuredRow {
  return {
    line,
    messages: messagesOf(example),
    hasImage: imagesOf(example).length > 0,
    hash: rowHash(example).toString('latin1'),
  }
}

function messagesOf(example: Example): number {
  if (example.kind === 'text') return 1
  if (example.kind === 'completion') return 2
  return example.messages.length + (example.kind === 'preference' ? 2 : 0)
}
