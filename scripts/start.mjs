import { setup } from './setup.mjs'
import { run } from './run.mjs'

setup()
// Ctrl-C is the program's: it cancels the training and says so. This process waits for it.
process.on('SIGINT', () => {})
// From source: never stale, and nothing to build first.
process.exitCode = run('node', [
  '--conditions=@anytune/source',
  'examples/support-tickets/main.ts',
  ...process.argv.slice(2),
])
