import { stat } from 'node:fs/promises'
import type { ChatOptions } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'
import type { DatasetSource } from '@anytune/dataset'
import { openAnswerFile, type AnswerFile, type AnswerLine, type Tally } from './answer-file.ts'
import { askAll, type Asking, type Ending, type Outcome } from './ask-all.ts'
import { createBudget, type Limits } from './budget.ts'
import { claimRecording } from './claim.ts'
import { assertSameRecording, manifestPath, readManifest, writeManifest, type RecordManifest } from './manifest.ts'
import type { Pace } from './pace.ts'
import { digestOfMessages, readQuestions, type Question } from './questions.ts'
import type { Survey } from './survey.ts'

/** One recording: who is asked what, and where the answers go. */
export interface Recording {
  readonly provider: string
  readonly anytune: string
  readonly target: { readonly reference: string; readonly model: string }
  readonly settings: Omit<ChatOptions, 'signal'>
  readonly prompts: { readonly source: DatasetSource; readonly survey: Survey }
  /** The answers file; `shown` is how messages call it. */
  readonly out: { readonly path: string; readonly shown: string }
  /** Only so many of the file's questions. */
  readonly limit: number | undefined
  readonly limits: Limits
  readonly concurrency: number
  readonly pace: Pace
  readonly ask: Asking['ask']
  readonly onAnswer: (line: AnswerLine, progress: Progress) => void
  readonly signal: AbortSignal
}

export interface Progress {
  readonly done: number
  readonly wanted: number
}

export interface Recorded {
  readonly ending: Ending
  readonly tally: Tally
  readonly progress: Progress
}

/**
 * Asks what has no answer yet and writes each answer down as it comes. However it ends, the file can be gone on with.
 *
 * @throws AnytuneError `failed-precondition` when the file is of another recording, or another process is at work on it.
 */
export async function record(recording: Recording): Promise<Recorded> {
  const { out, prompts, limit, limits, onAnswer, signal } = recording
  const { path, shown } = out
  const claim = await claimRecording(path, shown)
  try {
    const begun = await begin(recording)
    const file = await openAnswerFile(path, shown, prompts.survey.rows)
    const wanted = Math.min(prompts.survey.rows.length, limit ?? Infinity)
    const progress = () => ({ done: file.done.size, wanted })
    try {
      const ending = await askAll({
        ...recording,
        questions: unanswered(prompts, file.done, wanted, signal),
        budget: createBudget(limits, file.tally.usage),
        async keep(question, outcome) {
          const line = answerLine(recording.target.model, question, outcome)
          await file.append(line)
          onAnswer(line, progress())
        },
      })
      return { ending, tally: file.tally, progress: progress() }
    } finally {
      await end(begun, file, out)
    }
  } finally {
    await claim.release()
  }
}

/** Writes the manifest of a new recording, or checks that it is the same as before. */
async function begin(recording: Recording): Promise<RecordManifest> {
  const { out, prompts, target, settings, provider, anytune } = recording
  const { bytes, sha256, rows, rejected } = prompts.survey
  const now = new Date().toISOString()
  const manifest: RecordManifest = {
    kind: 'anytune-record',
    version: 1,
    anytune,
    provider,
    ...target,
    settings,
    prompts: {
      name: prompts.source.name,
      bytes,
      sha256,
      questions: rows.length,
      rejected: { count: rejected.count, byRule: rejected.byRule },
    },
    answers: { answered: 0, filtered: 0, refused: 0, usage: { inputTokens: 0, outputTokens: 0 } },
    startedAt: now,
    updatedAt: now,
    complete: false,
  }
  const earlier = await readManifest(manifestPath(out.path), manifestPath(out.shown))
  // Without a line nothing would be mixed up: a recording that failed at its first question may begin anew with another model.
  if (await holdsSomething(out.path)) {
    if (earlier === undefined) throw notARecording(out.shown)
    assertSameRecording(earlier, manifest, out.shown)
    return earlier
  }
  await writeManifest(manifestPath(out.path), manifest, manifestPath(out.shown))
  return manifest
}

async function end(begun: RecordManifest, file: AnswerFile, out: Recording['out']): Promise<void> {
  await file.close()
  const answers = file.tally
  const complete = file.done.size === begun.prompts.questions
  const updated = { ...begun, answers, complete, updatedAt: new Date().toISOString() }
  await writeManifest(manifestPath(out.path), updated, manifestPath(out.shown))
}

/** The questions that have no line yet, up to the number wanted. */
async function* unanswered(
  { source, survey }: Recording['prompts'],
  done: ReadonlySet<number>,
  wanted: number,
  signal: AbortSignal,
): AsyncGenerator<Question> {
  for await (const row of readQuestions(source, signal)) {
    if (!('question' in row)) continue
    const { index, row: digest } = row.question
    if (index >= wanted) return
    if (digest !== survey.rows[index]) throw changedMeanwhile(source.name)
    if (!done.has(index)) yield row.question
  }
}

function answerLine(model: string, question: Question, outcome: Outcome): AnswerLine {
  const { index, line, row, messages, reference } = question
  return {
    index,
    line,
    row,
    messages: digestOfMessages(messages),
    ...outcomeMembers(outcome),
    ...(reference !== undefined && { reference }),
    model,
    at: new Date().toISOString(),
  }
}

function outcomeMembers(outcome: Outcome): Pick<AnswerLine, 'answer' | 'finish' | 'usage' | 'refused'> {
  if ('reply' in outcome) {
    const { text, finish, usage } = outcome.reply
    return { answer: text, finish, ...(usage !== undefined && { usage }) }
  }
  const { code, status } = outcome.refusal
  return { refused: { code, ...(status !== undefined && { status }) } }
}

async function holdsSomething(path: string): Promise<boolean> {
  return stat(path).then(
    ({ size }) => size > 0,
    () => false,
  )
}

function notARecording(shown: string): AnytuneError {
  return new AnytuneError('failed-precondition', `${shown} is there, and no manifest of a recording beside it`, {
    hint: 'name another file with --out; what is there is left as it is',
  })
}

function changedMeanwhile(name: string): AnytuneError {
  return new AnytuneError('failed-precondition', `${name} was changed while its questions were asked`, {
    hint: 'put it back as it was to go on, or record into another file with --out',
  })
}
