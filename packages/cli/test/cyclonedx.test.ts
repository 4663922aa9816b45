import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Ajv } from 'ajv'
import ajvFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { oneProcess } from './anytune.ts'
import { tuned, workspace } from './memory-account.ts'

const run = oneProcess()

/** The vendor's package has its schemas beside its code, and does not export them. */
const folder = join(
  dirname(createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json')),
  'res/schema',
)

function read(name: string): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(join(folder, `${name}.SNAPSHOT.schema.json`), 'utf8'))
}

const ajv = new Ajv({ strict: false, allErrors: true })
ajvFormats.default(ajv)
// Of internationalized addresses, which the schema allows for people and links; the document has none.
for (const format of ['idn-email', 'iri-reference']) ajv.addFormat(format, true)
// As the schema of the document names them, which is not as they name themselves.
for (const name of ['spdx', 'jsf-0.82'])
  ajv.addSchema(read(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`)
const validate = ajv.compile(read('bom-1.6'))

async function bom(anytune: Awaited<ReturnType<typeof workspace>>, ...args: readonly string[]) {
  const { code, stdout, stderr } = await anytune('audit', ...args, '--format', 'cyclonedx')
  expect(code).toBe(0)
  const document = JSON.parse(stdout)
  validate(document)
  expect(validate.errors ?? []).toEqual([])
  return { document, stdout, stderr }
}

describe('anytune audit --format cyclonedx', () => {
  it('is a bill of materials by the standard’s own schema: model, ancestor, datasets, service', async () => {
    const anytune = await workspace(run)
    const { run: id, model } = await tuned(anytune, '--class', 'internal')
    expect((await anytune('deploy', id, '--yes')).code).toBe(0)
    expect((await anytune('purge', id, '--yes')).code).toBe(0)
    const { document } = await bom(anytune)
    expect(document.components).toMatchObject([
      {
        type: 'machine-learning-model',
        name: model,
        pedigree: { ancestors: [{ name: 'memory-small' }] },
        modelCard: {
          modelParameters: { approach: { type: 'supervised' }, datasets: [{ ref: `training dataset of ${id}` }] },
        },
      },
      {
        type: 'data',
        'bom-ref': `training dataset of ${id}`,
        name: 'train.jsonl',
        hashes: [{ alg: 'SHA-256', content: expect.stringMatching(/^[0-9a-f]{64}$/) as string }],
        data: [{ type: 'dataset', classification: 'internal' }],
      },
    ])
    expect(document.components[0].properties).toContainEqual({
      name: 'anytune:receipt',
      value: expect.stringMatching(/^sha256 /) as string,
    })
    expect(document.services).toMatchObject([{ 'x-trust-boundary': false, data: [{ classification: 'internal' }] }])
  })

  it('is the same each time, and another for another run', async () => {
    const anytune = await workspace(run)
    const one = await tuned(anytune)
    const two = await tuned(anytune)
    const first = await bom(anytune, one.run)
    expect((await bom(anytune, one.run)).stdout).toBe(first.stdout)
    expect((await bom(anytune, two.run)).document.serialNumber).not.toBe(first.document.serialNumber)
    expect((await bom(anytune)).document.components).toHaveLength(4)
  })

  it('says which runs it leaves out: those without a model', async () => {
    const anytune = await workspace(run, { store: '{ durations: { steppingMs: 600_000 } }' })
    await tuned(anytune, '--detach')
    const { document, stderr } = await bom(anytune)
    expect(document.components).toEqual([])
    expect(stderr).toContain('1 of 1 runs made no model')
  })

  it('takes no other format', async () => {
    expect((await (await workspace(run))('audit', '--format', 'spdx')).code).toBe(3)
  })
})
