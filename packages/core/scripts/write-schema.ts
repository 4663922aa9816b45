// Writes the JSON schema by which editors complete anytune.yaml; with --check it only compares, and fails when the file is stale.
import { readFileSync, writeFileSync } from 'node:fs'
import { SCHEMA_FILE, schemaText } from './schema-text.ts'

if (!process.argv.includes('--check')) writeFileSync(SCHEMA_FILE, schemaText())
else if (readFileSync(SCHEMA_FILE, 'utf8') !== schemaText()) {
  process.stderr.write(
    'packages/core/schema/anytune.schema.json is stale; write it with: node --conditions=@anytune/source packages/core/scripts/write-schema.ts\n',
  )
  process.exitCode = 1
}
