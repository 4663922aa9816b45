import type { LineOptions, Line } from './line.ts'
import type { DatasetSource } from '../source.ts'

/** How rows are packed in a file, whatever they say: `jsonl` is one JSON object a line, `json` one list of objects. */
export type ContainerId = 'jsonl' | 'json' | 'csv' | 'tsv' | 'parquet' | 'text'

/** What becomes one row of a plain text. */
export type TextUnit = 'paragraph' | 'line' | 'document'

/** How a source is to be read, where its name and its first bytes do not tell. */
export interface Layout {
  /** Overrides detection. Compression (gzip) is always detected. */
  readonly container?: ContainerId | undefined
  /**
   * Key of the format → field of the rows, such as `{ prompt: 'question', completion: 'answer' }`. Fields that are not
   * named are left out. `system`, `prompt` and `completion` together become the messages of a conversation.
   */
  readonly fields?: Readonly<Record<string, string>> | undefined
  /** Of a plain text; `paragraph` (lines up to a blank one) unless given. */
  readonly textUnit?: TextUnit | undefined
}

/** What a container is read from. */
export interface ContainerInput {
  readonly source: DatasetSource
  /** The file's bytes from the first one on, without a byte order mark; decompressed. */
  readonly chunks: AsyncIterable<Buffer>
  /** True when the bytes of the source are not those of `chunks`. */
  readonly compressed: boolean
  /** Longest row kept in memory, in bytes. */
  readonly maximum: number
  readonly layout: Layout
  readonly signal: LineOptions['signal']
}

/** One way of packing rows. */
export interface Container {
  /** What a person calls it. */
  readonly summary: string
  /**
   * Every row in order, in lists; the rows of a list must be used before the next one is asked for. A row that cannot be
   * read is a broken line. Throws DatasetError `container` when the file as a whole is not what it should be.
   */
  readonly rows: (input: ContainerInput) => AsyncIterable<readonly Line[]>
}
