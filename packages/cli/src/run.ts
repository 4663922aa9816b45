import { addApply } from './commands/apply.ts'
import { addAudit } from './commands/audit.ts'
import { addChat } from './commands/chat.ts'
import { addCheck } from './commands/check.ts'
import { addConvert } from './commands/convert.ts'
import { addDatasets } from './commands/datasets.ts'
import { addDeploy } from './commands/deploy.ts'
import { addDeployments } from './commands/deployments.ts'
import { addDoctor } from './commands/doctor.ts'
import { addExport } from './commands/export.ts'
import { addInit } from './commands/init.ts'
import { addJobs } from './commands/jobs.ts'
import { addModels } from './commands/models.ts'
import { addPlan } from './commands/plan.ts'
import { addPolicy } from './commands/policy.ts'
import { addProve } from './commands/prove.ts'
import { addPurge } from './commands/purge.ts'
import { addReceipts } from './commands/receipts.ts'
import { addRecord } from './commands/record.ts'
import { addRedact } from './commands/redact.ts'
import { addRuns } from './commands/runs.ts'
import { addSelect } from './commands/select.ts'
import { addSplit } from './commands/split.ts'
import { addStats } from './commands/stats.ts'
import { addTerms } from './commands/terms.ts'
import { addTune } from './commands/tune.ts'
import { addUndeploy } from './commands/undeploy.ts'
import { reportFailure } from './failure.ts'
import { createOutput, type Output } from './output/output.ts'
import { createProgram, type Program } from './program.ts'
import { type Cli, createCli } from './session.ts'
import { processStreams, type Streams } from './streams.ts'

/** In the order in which they are needed, as the help lists them. */
const COMMANDS = [
  addInit,
  addCheck,
  addConvert,
  addStats,
  addSplit,
  addSelect,
  addRedact,
  addTerms,
  addPolicy,
  addPlan,
  addApply,
  addTune,
  addRuns,
  addJobs,
  addDatasets,
  addModels,
  addDeploy,
  addDeployments,
  addUndeploy,
  addChat,
  addPurge,
  addReceipts,
  addAudit,
  addRecord,
  addDoctor,
  addExport,
  addProve,
]

/** The program with all its commands, whose work the given command line runs. */
export function wholeProgram(cli: Cli): Program {
  const program = createProgram()
  program.configureOutput({
    writeOut: (text) => void cli.streams.stdout.write(text),
    writeErr: (text) => void cli.streams.stderr.write(text),
    // Usage errors are reported with all the others.
    outputError: () => {},
  })
  for (const add of COMMANDS) add(program, cli)
  return program
}

/** Runs one command line, such as `['check', 'train.jsonl']`, and gives the exit code. Never throws. */
export async function runCommandLine(args: readonly string[], streams: Streams = processStreams()): Promise<number> {
  const output = outputFor(args, streams)
  const cli = createCli(streams)
  const program = wholeProgram(cli)
  try {
    // Nothing asked for: say what can be.
    await program.parseAsync(args.length === 0 ? ['--help'] : [...args], { from: 'user' })
    return cli.exitCode()
  } catch (error) {
    return reportFailure(error, { streams, globals: program.opts(), output })
  }
}

/** How errors are told: known before the options are parsed, because parsing them may be what fails. */
function outputFor(args: readonly string[], streams: Streams): Output {
  const end = args.indexOf('--')
  const options = new Set(end === -1 ? args : args.slice(0, end))
  return createOutput(streams, {
    json: options.has('--json'),
    quiet: options.has('--quiet'),
    ...(options.has('--no-color') && { color: false }),
  })
}
