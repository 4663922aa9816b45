/** Reads one file in one way, alone in its process, and prints the most memory it had, in megabytes, and how many rows it saw. */
import { existsSync, readFileSync } from 'node:fs'
import { checkDataset, fileSource, inspectDataset, measureEncoding, tokenMethod } from '../src/index.ts'

const [way = '', path = ''] = process.argv.slice(2)
const source = fileSource(path)

const WAYS: Readonly<Record<string, () => Promise<number>>> = {
  check: async () => (await checkDataset(source)).examples,
  convert: async () => {
    const to = 'bedrock-conversation-2024'
    const { rows, skipped } = await measureEncoding(source, { to, onRejected: 'skip' })
    return rows + skipped
  },
  'inspect in two workers': async () => {
    const options = { scan: true, tokens: tokenMethod('o200k_base'), workers: 2 }
    return (await inspectDataset(source, options)).check.examples
  },
}

const rows = await WAYS[way]?.()
console.log(JSON.stringify({ megabytes: mostKilobytes() / 1000, rows }))

/** On Linux, what a process is told of its own usage includes its parent's before it became another program. */
function mostKilobytes(): number {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : ''
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS)
}
