import { writeManifest, type EncodeOptions, type ManifestWriter } from '@anytune/dataset'
import type { PlannedDataset } from '../plan/plan-document.ts'
import type { LineageFiles } from './lineage-files.ts'

type OnRow = NonNullable<EncodeOptions['onRow']>

/**
 * Reads a planned dataset to its end, writing down which rows it is made of.
 *
 * @param read Gives the encoded bytes, and tells each row before its bytes.
 * @returns The manifest's name; nothing is kept when reading fails.
 */
export async function keepManifest(
  files: LineageFiles,
  planned: PlannedDataset,
  read: (onRow: OnRow) => AsyncIterable<Uint8Array>,
): Promise<string> {
  const { format, bytes, rows, sha256 } = planned.encoded
  const source = { name: planned.name, ...(planned.path !== undefined && { path: planned.path }) }
  const about = { dataset: { format, bytes, rows, sha256 }, sources: [source] }
  const writer = writeManifest(about, await files.key())
  return files.write(sha256, pieces(writer, read))
}

async function* pieces(
  writer: ManifestWriter,
  read: (onRow: OnRow) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for await (const _ of read(({ line, example }) => writer.add(example, 0, line))) yield writer.take()
  yield writer.finish()
}
