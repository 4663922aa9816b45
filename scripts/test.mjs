// `npm test`: every check. `npm test -- NAME…`: only the tests whose files match.
import { setup } from './setup.mjs'
import { runEverything, runTask } from './tasks.mjs'

setup()
const names = process.argv.slice(2)
process.exitCode = names.length > 0 ? runTask('test', names) : runEverything()
