import type { Context, Created, StagingFile } from '@anytune/core/driver'
import type { OpenAI } from 'openai'
import { identified } from './answers.ts'
import { cutParts } from './parts.ts'
import type { StagingState } from './staging-state.ts'

const BLOCK_BYTES = 1024 * 1024

/** As OpenAI's API reference has it in its example of an upload for fine-tuning; a type must fit the purpose. */
export const JSONL = 'text/jsonl'

/** Time for one request that carries up to the size of a whole file. */
export const TRANSFER_TIMEOUT_MS = 10 * 60_000

/**
 * Stages a file with one request.
 * It is read to its end before the first byte leaves: a stream that ends in an error sends nothing.
 */
export async function stageWhole(client: OpenAI, file: StagingFile, context: Context): Promise<Created> {
  const blocks: Uint8Array<ArrayBuffer>[] = []
  for await (const { bytes } of cutParts(file.open(), BLOCK_BYTES)) blocks.push(bytes)
  await context.save({ way: 'whole' } satisfies StagingState)
  const made = await client.files.create(
    { file: new File(blocks, file.name, { type: JSONL }), purpose: 'fine-tune' },
    { signal: context.signal, timeout: TRANSFER_TIMEOUT_MS },
  )
  context.progress(file.bytes)
  return { id: identified(made).id }
}
