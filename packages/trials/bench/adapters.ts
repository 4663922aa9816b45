/**
 * What the adapter for OpenAI costs on top of the vendor's own client, as ratios in one run: importing it, and looking at a job over
 * HTTP on the emulator. Needs a build, because users import what was built.
 *
 *   npm run bench -- adapters [--json]
 */
import { execFileSync } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { createTuner, memoryJournal } from '@anytune/core'
import { startEmulator } from '@anytune/emulator'
import { openai } from '@anytune/openai'
import { OpenAI } from 'openai'

const IMPORTS = 15
const BATCHES = 30
const LOOKS = 20
const here = fileURLToPath(new URL('.', import.meta.url))

const imports = measureImports()
const looks = await measureLooks()
report()

/** Milliseconds that a fresh process needs for the imports, and the memory it then has; interleaved, medians. */
function measureImports() {
  const programs = {
    sdk: `await import('openai')`,
    core: `await import('@anytune/core')`,
    adapter: `await import('@anytune/core'); await import('@anytune/openai')`,
  }
  const samples = { sdk: [], core: [], adapter: [] } as Record<
    keyof typeof programs,
    { ms: number; megabytes: number }[]
  >
  for (let round = 0; round < IMPORTS; round++) {
    for (const name of ['sdk', 'core', 'adapter'] as const) samples[name].push(importInProcess(programs[name]))
  }
  const medianOf = (name: keyof typeof programs) => ({
    ms: median(samples[name].map(({ ms }) => ms)),
    megabytes: median(samples[name].map(({ megabytes }) => megabytes)),
  })
  return { sdk: medianOf('sdk'), core: medianOf('core'), adapter: medianOf('adapter') }
}

function importInProcess(work: string): { ms: number; megabytes: number } {
  const program = `const start = performance.now(); ${work}
    console.log(JSON.stringify({ ms: performance.now() - start, megabytes: process.memoryUsage().rss / 1e6 }))`
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: here, encoding: 'utf8' })
  return JSON.parse(output)
}

/** Milliseconds for one look at a job: the vendor's client, the tuner, in turns, medians of batches. */
async function measureLooks() {
  await using emulator = await startEmulator({ vendors: ['openai'] })
  const account = emulator.account()
  const { OPENAI_BASE_URL: baseURL = '', OPENAI_API_KEY: apiKey = '' } = account.env('openai')
  const { jobs: [job = ''] = [] } = account.seed({ jobs: 1 }, 'openai')
  const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 })
  const tuner = createTuner(openai({ baseURL, apiKey }), { journal: memoryJournal() })
  const work = { sdk: () => client.fineTuning.jobs.retrieve(job), tuner: () => tuner.jobs.get(job) }
  const samples = { sdk: [] as number[], tuner: [] as number[] }
  for (let batch = 0; batch < BATCHES; batch++) {
    for (const name of batch % 2 === 0 ? (['sdk', 'tuner'] as const) : (['tuner', 'sdk'] as const)) {
      const start = performance.now()
      for (let look = 0; look < LOOKS; look++) await work[name]()
      // The first batch of each warms up.
      if (batch > 1) samples[name].push((performance.now() - start) / LOOKS)
    }
  }
  await tuner.close()
  return { sdkMs: median(samples.sdk), tunerMs: median(samples.tuner) }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function report(): void {
  const { sdk, core, adapter } = imports
  const figures = {
    node: process.version,
    importRatio: round(adapter.ms / sdk.ms),
    importMs: { sdk: round(sdk.ms), core: round(core.ms), coreAndAdapter: round(adapter.ms) },
    memoryMegabytes: {
      sdk: round(sdk.megabytes),
      core: round(core.megabytes),
      coreAndAdapter: round(adapter.megabytes),
    },
    jobGetRatio: round(looks.tunerMs / looks.sdkMs),
    jobGetMs: { sdk: round(looks.sdkMs), tuner: round(looks.tunerMs) },
  }
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify(figures))
    return
  }
  console.log(`node ${figures.node}; medians of ${IMPORTS} processes and ${BATCHES - 2} batches of ${LOOKS} looks`)
  console.log(`import openai                        ${figures.importMs.sdk} ms, ${figures.memoryMegabytes.sdk} MB`)
  console.log(`import @anytune/core                 ${figures.importMs.core} ms, ${figures.memoryMegabytes.core} MB`)
  console.log(
    `import core and @anytune/openai      ${figures.importMs.coreAndAdapter} ms, ${figures.memoryMegabytes.coreAndAdapter} MB`,
  )
  console.log(`ratio to the vendor's client         ${figures.importRatio}`)
  console.log(`a look at a job, vendor's client     ${figures.jobGetMs.sdk} ms`)
  console.log(`a look at a job, tuner               ${figures.jobGetMs.tuner} ms`)
  console.log(`ratio                                ${figures.jobGetRatio}`)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
