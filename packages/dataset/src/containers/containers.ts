import type { Container, ContainerId } from './container.ts'
import { delimitedRows } from './delimited.ts'
import { jsonListRows } from './json-list.ts'
import { parquetRows } from './parquet.ts'
import { physicalLines } from './physical-lines.ts'
import { plainTextRows } from './plain-text.ts'

/** Every way of packing rows that this package reads. */
export const CONTAINERS: Readonly<Record<ContainerId, Container>> = {
  jsonl: {
    summary: 'JSONL: one JSON object a line',
    rows: ({ chunks, maximum }) => physicalLines(chunks, { maximum, trim: true }),
  },
  json: { summary: 'JSON: one list of objects', rows: jsonListRows },
  csv: { summary: 'CSV: fields separated by commas (or semicolons), named by the first row', rows: delimitedRows(',') },
  tsv: { summary: 'TSV: fields separated by tabs, named by the first row', rows: delimitedRows('\t') },
  parquet: { summary: 'Parquet', rows: parquetRows },
  text: { summary: 'plain text for continued pre-training', rows: plainTextRows },
}

/** The containers known. */
// Object.keys forgets the literal type.
export const CONTAINER_IDS = Object.keys(CONTAINERS) as readonly ContainerId[]
