import type { DatasetsDriver, Example, ExampleRule } from '@anytune/core/driver'
import { createMeter, type ExampleMeter, type TrainingExample } from '@anytune/trainer'
import { findBaseModel } from './capabilities.ts'
import { toConversation } from './conversation.ts'

type Rules = NonNullable<DatasetsDriver['rules']>

/**
 * What only this provider can judge: rows that are more than text, and rows longer than the model reads.
 * The training rows are read once, because the trainer's tokens are made of them.
 */
export const datasetRules: Rules = async ({ baseModel }, training) => {
  const limit = findBaseModel(baseModel)?.contextTokens
  if (limit === undefined) return [textOnly]
  return [textOnly, contextRule(limit, await metersOf(baseModel, limit, training()))]
}

const textOnly: ExampleRule = {
  id: 'local-text-only',
  summary: 'The trainer on this computer learns plain text; a row with anything else is refused, never cut.',
  check(example, line) {
    const converted = toConversation(example)
    if ('example' in converted) return undefined
    const hint = 'remove it from the row, or rehearse without such rows: real providers may take them'
    return { line, rule: 'local-text-only', ...converted.problem, hint }
  },
}

function contextRule(limit: number, meters: readonly ExampleMeter[]): ExampleRule {
  return {
    id: 'context-exceeded',
    summary: `The model reads ${limit} tokens; a longer row is refused, never cut.`,
    check(example, line) {
      const converted = toConversation(example)
      if (!('example' in converted)) return undefined
      const tokens = meters.map((meter) => meter.measure(converted.example)).find((count) => count > limit)
      if (tokens === undefined) return undefined
      const message = `the row has ${tokens} tokens, and the model reads ${limit}`
      const hint = 'shorten it, leave it out, or choose a base model that reads more'
      return { line, rule: 'context-exceeded', field: 'messages', message, hint }
    },
  }
}

/**
 * One meter, when all rows fit. Rows that are left out change the tokens that are made of the rest, so the rest is measured
 * again until all of it fits; a row must pass every meter.
 */
async function metersOf(
  baseModel: string,
  limit: number,
  training: AsyncIterable<Example>,
): Promise<readonly ExampleMeter[]> {
  let rest: readonly TrainingExample[] = await conversations(training)
  const meters: ExampleMeter[] = []
  for (;;) {
    const meter = await createMeter(baseModel, rest)
    meters.push(meter)
    const fitting = rest.filter((example) => meter.measure(example) <= limit)
    if (fitting.length === rest.length || fitting.length === 0) return meters
    rest = fitting
  }
}

async function conversations(rows: AsyncIterable<Example>): Promise<readonly TrainingExample[]> {
  const examples: TrainingExample[] = []
  for await (const row of rows) {
    const converted = toConversation(row)
    if ('example' in converted) examples.push(converted.example)
  }
  return examples
}
