/**
 * What `scratch-small` with its defaults learns from examples/support-tickets, beside a nearest-neighbour baseline.
 *
 *   node --conditions=@anytune/source packages/trainer/bench/support-tickets.ts cross-validate [seed ...]
 *   node --conditions=@anytune/source packages/trainer/bench/support-tickets.ts held-out [seed ...]
 *
 * Settings are chosen by cross-validation within train.jsonl alone (fold = line number modulo 5); held-out.jsonl is for the final figures.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadModel, train, type LanguageModel, type TrainingExample } from '../src/index.ts'
import { createNearestNeighbour } from './nearest-neighbour.ts'

interface Split {
  readonly name: string
  readonly training: readonly TrainingExample[]
  readonly unseen: readonly TrainingExample[]
}

const [mode = 'cross-validate', ...seedArguments] = process.argv.slice(2)
const seeds = seedArguments.length > 0 ? seedArguments.map(Number) : [1]
const splits = mode === 'held-out' ? [await heldOut()] : await folds(5)
console.log(
  '| split | seed | train exact | unseen exact | category | product | urgency | seconds |\n| - | - | - | - | - | - | - | - |',
)
for (const split of splits) {
  for (const seed of seeds) await evaluateTraining(split, seed)
  evaluateNeighbour(split)
}

async function heldOut(): Promise<Split> {
  return { name: 'held-out', training: await readExamples('train.jsonl'), unseen: await readExamples('held-out.jsonl') }
}

async function folds(count: number): Promise<readonly Split[]> {
  const all = await readExamples('train.jsonl')
  return Array.from({ length: count }, (_, fold) => ({
    name: `fold ${fold}`,
    training: all.filter((_, index) => index % count !== fold),
    unseen: all.filter((_, index) => index % count === fold),
  }))
}

async function readExamples(name: string): Promise<readonly TrainingExample[]> {
  const file = new URL(`../../../examples/support-tickets/${name}`, import.meta.url)
  const rows = (await readFile(file, 'utf8')).trim().split('\n')
  return rows.map((row) => JSON.parse(row) as TrainingExample) // the example dataset's own format
}

async function evaluateTraining({ name, training, unseen }: Split, seed: number): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'anytune-tickets-'))
  try {
    const start = performance.now()
    const { modelDirectory } = await train({ directory, baseModel: 'scratch-small', training, seed })
    const seconds = (performance.now() - start) / 1000
    const model = await loadModel(modelDirectory)
    const known = await answerAll(model, training)
    report(name, String(seed), score(training, known), unseen, await answerAll(model, unseen), seconds.toFixed(0))
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function evaluateNeighbour({ name, training, unseen }: Split): void {
  const nearest = createNearestNeighbour(
    training.map((example) => ({ text: questionOf(example), answer: answerOf(example) })),
  )
  report(
    name,
    'nearest neighbour',
    undefined,
    unseen,
    unseen.map((example) => nearest(questionOf(example))),
    '',
  )
}

async function answerAll(model: LanguageModel, examples: readonly TrainingExample[]): Promise<readonly string[]> {
  const answers: string[] = []
  for (const { messages } of examples) {
    let answer = ''
    for await (const piece of model.generate(messages.slice(0, -1), { maxTokens: 60 })) answer += piece
    answers.push(answer)
  }
  return answers
}

function report(
  name: string,
  seed: string,
  known: number | undefined,
  unseen: readonly TrainingExample[],
  answers: readonly string[],
  seconds: string,
): void {
  const fields = ['category', 'product', 'urgency'].map((field) =>
    share(
      unseen.filter((example, index) => fieldOf(answers[index] ?? '', field) === fieldOf(answerOf(example), field))
        .length,
      unseen.length,
    ),
  )
  const cells = [name, seed, known?.toFixed(3) ?? '', score(unseen, answers).toFixed(3), ...fields, seconds]
  console.log(`| ${cells.join(' | ')} |`)
}

function score(examples: readonly TrainingExample[], answers: readonly string[]): number {
  return examples.filter((example, index) => answers[index] === answerOf(example)).length / examples.length
}

function share(count: number, total: number): string {
  return (count / total).toFixed(3)
}

function fieldOf(answer: string, field: string): unknown {
  try {
    return (JSON.parse(answer) as Record<string, unknown>)[field] // a label object, or undefined fields
  } catch {
    return undefined
  }
}

function questionOf({ messages }: TrainingExample): string {
  return messages.at(-2)?.content ?? ''
}

function answerOf({ messages }: TrainingExample): string {
  return messages.at(-1)?.content ?? ''
}
