import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

describe('the JSON schema for editors', () => {
  it('is that of the YAML configuration as it is now', () => {
    const script = fileURLToPath(new URL('../../scripts/write-schema.ts', import.meta.url))
    const { status, stderr } = spawnSync(process.execPath, ['--conditions=@anytune/source', script, '--check'], {
      encoding: 'utf8',
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })
})
