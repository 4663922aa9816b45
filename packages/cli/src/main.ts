import { handleBrokenOutput } from './broken-output.ts'
import { runCommandLine } from './run.ts'

const exitCode = handleBrokenOutput()
void runCommandLine(process.argv.slice(2)).then((code) => {
  process.exitCode = exitCode(code)
})
