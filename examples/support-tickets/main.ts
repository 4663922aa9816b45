/**
 * The main job: checks 240 support tickets, trains a toy model on them on this computer, and measures on 60 others
 * what it learned. `npm start` in the repository's root runs it.
 */
import { join } from 'node:path'
import { dataset, loadTuner, type Answering } from '@anytune/core'
import config from './anytune.config.ts'
import { HELP, parseArguments } from './src/arguments.ts'
import { nearestNeighbour } from './src/baseline.ts'
import { evaluate, score, type Ask } from './src/evaluate.ts'
import { reportFailure } from './src/failure.ts'
import { interruptible } from './src/interrupt.ts'
import { madeOf } from './src/made-of.ts'
import { nextCommand, shownPath } from './src/paths.ts'
import type { Contender } from './src/report/facts.ts'
import { writeReport } from './src/report/write.ts'
import { resultLine } from './src/result-line.ts'
import { createScreen } from './src/screen.ts'
import { resultsTable } from './src/table.ts'
import { readTickets, type Ticket } from './src/tickets.ts'
import { train } from './src/train.ts'
import { beforeAndAfter, duration, privacy, REHEARSAL } from './src/words.ts'

const FILES = {
  training: join(import.meta.dirname, 'train.jsonl'),
  heldOut: join(import.meta.dirname, 'held-out.jsonl'),
  report: join(import.meta.dirname, '.anytune', 'report.html'),
}

const tickets = (path: string) => dataset(path, { class: 'synthetic' })

const BASE_MODEL = 'scratch-small'

/** A right answer has about 60 characters; an untrained model comes to no end by itself. */
const LONGEST_ANSWER_TOKENS = 64

const words = process.argv.slice(2)
const screen = createScreen({ json: words.includes('--json') })
process.exitCode = await interruptible((signal) => main(signal), screen.broken).catch((error: unknown) =>
  reportFailure(error, screen),
)

async function main(signal: AbortSignal): Promise<number> {
  const { help, seed } = parseArguments(words)
  if (help) {
    process.stdout.write(HELP)
    return 0
  }
  const began = performance.now()
  screen.title('Support tickets to JSON, fine-tuned on this computer')
  screen.say(REHEARSAL)

  screen.title('Check')
  const training = await readTickets(FILES.training)
  const heldOut = await readTickets(FILES.heldOut)
  for (const { report } of [training, heldOut]) {
    screen.say(`${report.name}: ${report.accepted} tickets, ${report.rejected.count} rejected`)
  }

  const tuner = await loadTuner(config, { provider: 'local' })
  try {
    const request = {
      baseModel: BASE_MODEL,
      training: tickets(FILES.training),
      validation: tickets(FILES.heldOut),
      seed,
    }
    const { run, curve } = await train(tuner, request, screen, signal)
    const model = await run.model({ signal })

    screen.title('Evaluate')
    const ask = (answering: Answering) => asking(answering, signal)
    const nearest = nearestNeighbour(training.tickets)
    const base = await contender('base model', heldOut.tickets, ask(tuner.models.open(BASE_MODEL)))
    const neighbour = await contender('nearest neighbour', heldOut.tickets, async (text) => nearest(text).target)
    const tuned = await contender('fine-tuned model', heldOut.tickets, ask(model))
    const trained = await contender('fine-tuned, on its training tickets', training.tickets, ask(model))

    screen.title(`Results on ${heldOut.tickets.length} tickets that it had never seen`)
    screen.say(resultsTable([base, neighbour, tuned, trained]))
    screen.title('The first of them, before and after')
    screen.say(beforeAndAfter(base.judgements, tuned.judgements))
    screen.title('What left this computer')
    screen.say(privacy(run.plan))

    const next = nextCommand(import.meta.dirname, model.id)
    const made = madeOf({ run, job: await run.job(), model: model.id, training, heldOut, began })
    await writeReport(FILES.report, { base, neighbour, tuned, trained, curve, ...made, next })
    screen.title('Next')
    screen.say(`read the report:  ${shownPath(FILES.report)}\nask the model:    ${next}`)
    screen.result(resultLine({ base, neighbour, tuned, trained, began, report: FILES.report, seed, model: model.id }))
    return 0
  } finally {
    await tuner.close()
  }
}

/** Has somebody answer all tickets, and scores the answers. */
async function contender(name: string, tickets: readonly Ticket[], ask: Ask): Promise<Contender> {
  const began = performance.now()
  const judgements = await evaluate(tickets, ask)
  screen.say(`${name}: asked about ${tickets.length} tickets in ${duration(performance.now() - began)}`)
  return { name, judgements, scores: score(judgements) }
}

/** Asks a model for its most likely answer. */
function asking(model: Answering, signal: AbortSignal): Ask {
  const options = { temperature: 0, maxTokens: LONGEST_ANSWER_TOKENS, signal }
  return async (text) => (await model.chat([{ role: 'user', content: text }], options)).text
}
