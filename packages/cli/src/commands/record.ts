import { resolve } from 'node:path'
import type { ErrorCode, Tuner } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'
import { ROWS_REJECTED, SUCCESS } from '../exit-codes.ts'
import type { CommandAction } from '../command-words.ts'
import { understand } from '../failure.ts'
import { Interrupted, interruptible } from '../interrupt.ts'
import { nextCommand } from '../next-command.ts'
import { isDeployment, openAnswering } from '../open-answering.ts'
import { withTuner } from '../open-tuner.ts'
import { countOption, moneyOption, numberOption, rateOption } from '../options.ts'
import { fields } from '../output/table.ts'
import { integer, outOf } from '../output/units.ts'
import { examples, version, type Program } from '../program.ts'
import type { AnswerLine } from '../record/answer-file.ts'
import type { Limits } from '../record/budget.ts'
import type { Progress, Recorded, Recording } from '../record/record.ts'
import type { Survey } from '../record/survey.ts'
import type { Cli, Session } from '../session.ts'

/** `anytune record MODEL --prompts FILE --out FILE` */
export function addRecord(program: Program, cli: Cli): void {
  recordCommand(program)
    .description('ask a model every question of a file and keep its answers, to compare with when it is gone')
    .addHelpText(
      'after',
      examples(
        'anytune record ft:gpt-4o-mini:acme::a1b2 --prompts held-out.jsonl --out answers.jsonl --temperature 0',
        'anytune record my-model --prompts held-out.jsonl --out answers.jsonl --rate 60/min --max-tokens-total 200000',
      ) +
        '\nThe same command goes on where it stopped.\nExit codes: 0 all answered · 2 rows rejected, or questions refused by the provider · 9 a limit was reached\n',
    )
    .action((model, flags, command) => cli.run(command.optsWithGlobals(), (session) => record(session, model, flags)))
}

function recordCommand(program: Program) {
  return program
    .command('record')
    .argument('<model>', 'id or reference of a fine-tuned model, or reference of a deployment')
    .requiredOption('--prompts <file>', 'questions: rows as for training, whose answer is not sent, or without one')
    .requiredOption('--out <file>', 'where the answers go, a line each; a manifest is written beside it')
    .option('--limit <count>', 'only the first questions of the file', countOption)
    .option('--skip-rejected', 'leave rows out that cannot be asked, counted in the manifest, instead of failing')
    .option('--max-cost <amount>', 'ask nothing that would cost more in all, such as 2USD', moneyOption)
    .option('--max-tokens-total <count>', 'ask nothing that would take more tokens in all', countOption)
    .option('--rate <number/min>', 'questions a minute at most', rateOption)
    .option('--concurrency <count>', 'questions under way at once', countOption, 4)
    .option('--max-tokens <count>', 'longest answer, in tokens', countOption)
    .option('--temperature <number>', '0 asks for the most likely answer', numberOption)
    .option('--seed <number>', 'seed of the choice between likely answers', numberOption)
}

type RecordFlags = ReturnType<ReturnType<typeof recordCommand>['opts']>

async function record(session: Session, model: string, flags: RecordFlags): Promise<number> {
  const { output, streams } = session
  const prompts = await interruptible((signal) => lookThrough(resolve(streams.cwd, flags.prompts), flags, signal))
  const out = { path: resolve(streams.cwd, flags.out), shown: flags.out }
  const goOn = nextCommand(session, { do: 'record', model, ...again(flags) })
  let progress: Progress | undefined
  const onAnswer = (line: AnswerLine, now: Progress) => {
    const before = progress
    progress = now
    tellAnswer(session, line, before, now)
  }
  return withTuner(session, (tuner) =>
    interruptible(async (signal) => {
      const recording = await recordingOf(tuner, model, flags, signal)
      const { record } = await import('../record/record.ts')
      const recorded = await record({ ...recording, prompts, out, onAnswer, signal }).catch((error: unknown) => {
        const so = progress === undefined ? '' : `${outOf(progress.done, progress.wanted)} done; `
        if (error instanceof Interrupted) {
          throw new Interrupted(`stopped; ${so}to go on: ${goOn}`, { out: out.shown, next: goOn })
        }
        if (progress !== undefined) output.note(`${so}to go on: ${goOn}`)
        throw error
      })
      return tellResult(session, out.shown, recorded, prompts.survey)
    }),
  )
}

/** Reads every row before the first is asked. @throws AnytuneError `dataset-invalid`. */
async function lookThrough(path: string, flags: RecordFlags, signal: AbortSignal): Promise<Recording['prompts']> {
  const { fileSource } = await import('@anytune/dataset')
  const { surveyPrompts } = await import('../record/survey.ts')
  const source = fileSource(path)
  const survey = await surveyPrompts(source, signal)
  const { count, first } = survey.rejected
  const usable = survey.rows.length
  if (usable > 0 && (count === 0 || flags.skipRejected)) return { source, survey }
  const what = count === 0 ? 'has no rows' : `has ${count} of ${count + usable} rows that cannot be asked`
  const mend = 'mend the lines listed, or leave them out with --skip-rejected'
  throw new AnytuneError('dataset-invalid', `${flags.prompts} ${what}`, {
    hint: usable > 0 ? mend : 'give a file with one question a line, such as {"prompt": "…"}',
    data: { rejected: { count, first } },
  })
}

/** Who is asked, how, and up to which limits. */
async function recordingOf(
  tuner: Tuner,
  id: string,
  flags: RecordFlags,
  signal: AbortSignal,
): Promise<Omit<Recording, 'prompts' | 'out' | 'onAnswer' | 'signal'>> {
  const { createPace } = await import('../record/pace.ts')
  const { maxTokens, temperature, seed, rate, concurrency, limit } = flags
  const answering = await openAnswering(tuner, id)
  const asked = await askedOf(tuner, id, answering.reference, signal)
  const settings = {
    ...(maxTokens !== undefined && { maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(seed !== undefined && { seed }),
  }
  return {
    provider: tuner.provider,
    anytune: version(),
    target: { reference: answering.reference, model: asked.model },
    settings,
    limit,
    limits: await limitsOf(tuner, asked, flags),
    concurrency,
    pace: createPace(rate),
    ask: ({ messages }, signal) => answering.chat(messages, { ...settings, signal }),
  }
}

interface AskedModel {
  readonly model: string
  readonly baseModel: string | undefined
  readonly offering: string | undefined
}

/** What is known of the model, or of the one that a deployment serves. */
async function askedOf(tuner: Tuner, id: string, reference: string, signal: AbortSignal): Promise<AskedModel> {
  const { parseReference } = await import('@anytune/core')
  const own = parseReference(reference).id
  const deployment = (await isDeployment(id)) ? await tuner.deployments.get(own, { signal }) : undefined
  const model = deployment === undefined ? own : deployment.model
  const baseModel = model === undefined ? undefined : await baseModelOf(tuner, model, signal)
  return { model: model ?? own, baseModel, offering: deployment?.offering }
}

/** A base model may be asked as well: it is the one to compare with. */
const NO_TUNED_MODEL: readonly ErrorCode[] = ['not-found', 'unsupported']

async function baseModelOf(tuner: Tuner, model: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    return (await tuner.models.get(model, { signal })).baseModel
  } catch (error) {
    signal.throwIfAborted()
    if (NO_TUNED_MODEL.includes(understand(error).code)) return model
    throw error
  }
}

async function limitsOf(tuner: Tuner, asked: AskedModel, flags: RecordFlags): Promise<Limits> {
  const { maxCost, maxTokensTotal, maxTokens } = flags
  const { costLimit } = await import('../record/price.ts')
  const cost = maxCost === undefined ? undefined : costLimit(tuner, asked, maxCost)
  return {
    ...(cost !== undefined && { cost }),
    ...(maxTokensTotal !== undefined && { tokens: maxTokensTotal }),
    ...(maxTokens !== undefined && { maxTokens }),
  }
}

/** Each answer as data; for people a line at every tenth, which is often enough for a file of any length. */
function tellAnswer({ output }: Session, line: AnswerLine, before: Progress | undefined, now: Progress): void {
  const { index, finish, refused } = line
  output.data({ type: 'answer', index, line: line.line, ...(refused === undefined ? { finish } : { refused }), ...now })
  if (output.json) return
  const tenth = ({ done, wanted }: Progress) => Math.floor((10 * done) / wanted)
  if (before === undefined || tenth(before) !== tenth(now) || now.done === now.wanted) {
    output.progress(now, () => `answered  ${outOf(now.done, now.wanted)}`)
  }
}

function tellResult({ output }: Session, out: string, recorded: Recorded, { rows, rejected }: Survey): number {
  const { tally, progress, ending } = recorded
  const { answered, filtered, refused, usage } = tally
  const manifest = `${out}.manifest.json`
  const value = { type: 'result', out, manifest, ...progress, ...tally, rejected: rejected.count, ending }
  output.result(value, () =>
    fields({
      answers: out,
      manifest,
      answered: outOf(answered, rows.length),
      filtered: filtered === 0 ? undefined : integer(filtered),
      refused: refused === 0 ? undefined : integer(refused),
      'rows left out': rejected.count === 0 ? undefined : integer(rejected.count),
      tokens: `${integer(usage.inputTokens)} in, ${integer(usage.outputTokens)} out`,
    }),
  )
  if (ending === 'all-asked') return refused === 0 ? SUCCESS : ROWS_REJECTED
  throw new AnytuneError('failed-precondition', 'the next question could take more than the limit leaves', {
    hint: 'to go on: the same command with a higher --max-cost or --max-tokens-total',
  })
}

/** The flags again, to repeat the command with. */
function again(flags: RecordFlags): Omit<Extract<CommandAction, { do: 'record' }>, 'do' | 'model'> {
  const { prompts, out, skipRejected, maxCost, rate, ...numbers } = flags
  const option = (name: string, value: string | number | undefined) =>
    value === undefined ? [] : [name, String(value)]
  const named = Object.entries(numbers).flatMap(([name, value]) => option(`--${kebab(name)}`, value))
  const options = [
    ...(skipRejected ? ['--skip-rejected'] : []),
    ...option('--max-cost', maxCost && `${maxCost.amount}${maxCost.currency}`),
    ...option('--rate', rate && `${rate}/min`),
    ...named,
  ]
  return { prompts, out, options }
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
