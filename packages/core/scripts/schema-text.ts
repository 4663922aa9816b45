import { z } from 'zod'
import { yamlConfigSchema } from '../src/config/config-schema.ts'

/** Where the JSON schema of `anytune.yaml` is kept: part of the published package. */
export const SCHEMA_FILE = new URL('../schema/anytune.schema.json', import.meta.url)

/** The schema as it belongs into the file. Draft 7 is what editors' YAML support reads. */
export function schemaText(): string {
  const schema = z.toJSONSchema(yamlConfigSchema, { target: 'draft-7', io: 'input', reused: 'ref' })
  const text = JSON.stringify({ title: 'anytune.yaml', ...schema }, undefined, 2)
  // Short lists on one line, as the formatter has them.
  const short = text.replaceAll(
    /\[\s+([^[\]{}]*?)\s+\]/g,
    (_, items: string) => `[${items.replaceAll(/\s*\n\s*/g, ' ')}]`,
  )
  return `${short}\n`
}
