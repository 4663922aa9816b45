import { logFailure } from './failure.ts'
import { runJob } from './run-job.ts'

// Node's own report would quote the error's message, and with it perhaps a row.
process.on('uncaughtException', (error) => {
  logFailure(error)
  process.exit(1)
})

/** The process that trains one job: `runner.js <job directory>`. It ends when the job ends, pauses or is another's. */
const [, , directory] = process.argv
if (directory === undefined) throw new Error('the directory of a job is needed')
process.title = 'anytune local training'
await runJob(directory)
