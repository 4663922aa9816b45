/** Reads one file in one way, alone in its process, and prints the most memory it had, in megabytes, and how many rows it saw. */
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
console.log(JSON.stringify({ megabytes: process.resourceUsage().maxRSS / 1024, rows }))
