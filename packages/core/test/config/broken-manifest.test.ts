import { describe, expect, it } from 'vitest'
import { adapterText, installed, project, SECRET, useProbe } from './project.ts'

const load = useProbe()

const acme = installed('@acme/tuning', adapterText('acme'))
const module = `import { acme } from '@acme/tuning'\nexport default { providers: { a: () => acme({}) } }\n`
const yaml = 'providers:\n  a:\n    use: "@acme/tuning"\n'
const BROKEN = `{ "name": "x", "token": "${SECRET}"`

describe('a package.json that is not valid JSON', () => {
  it.each([
    { what: 'beside a configuration in TypeScript', files: { 'anytune.config.ts': module, 'package.json': BROKEN } },
    { what: 'beside a configuration in JavaScript', files: { 'anytune.config.js': module, 'package.json': BROKEN } },
    {
      what: 'beside YAML whose adapter is a file',
      files: {
        'anytune.yaml': 'providers: { a: { use: ./adapter.js } }',
        'adapter.js': adapterText('acme'),
        'package.json': BROKEN,
      },
    },
    { what: 'of the adapter', files: { 'anytune.yaml': yaml, 'node_modules/@acme/tuning/package.json': BROKEN } },
  ])('is named, and none of it shown: $what', async ({ files }) => {
    const folder = project({ ...acme, ...files })
    const { error } = await load({ cwd: folder })
    expect(error).toMatchObject({
      code: 'configuration',
      message: expect.stringMatching(/package\.json is not valid JSON$/),
      hint: expect.stringContaining('mend it'),
    })
    expect(JSON.stringify(error)).not.toContain(SECRET)
  })
})
