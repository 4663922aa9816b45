import { describe, expectTypeOf, it } from 'vitest'
import type { BuiltInRuleId, Example, ExampleRule, FormatId, Message, RejectedRow, Rejection } from '../src/index.ts'
import { encodeDataset, readExamples, type DatasetSource } from '../src/index.ts'

declare const source: DatasetSource

describe('types', () => {
  it('a row is an example or a rejection, never both', async () => {
    for await (const row of readExamples(source)) {
      if (row.rejection) expectTypeOf(row).toEqualTypeOf<RejectedRow>()
      else expectTypeOf(row.example).toEqualTypeOf<Example>()
    }
  })

  it('messages are told apart by role', () => {
    expectTypeOf<Extract<Message, { role: 'tool' }>['tool_call_id']>().toEqualTypeOf<string>()
    expectTypeOf<Extract<Message, { role: 'assistant' }>['weight']>().toEqualTypeOf<0 | 1 | undefined>()
  })

  it('encoding needs a decision about rejected rows', () => {
    // @ts-expect-error onRejected has no default
    encodeDataset(source, { to: 'openai-chat' })
    // @ts-expect-error not a format
    encodeDataset(source, { to: 'csv', onRejected: 'fail' })
    expectTypeOf<'openai-chat' | 'text'>().toExtend<FormatId>()
    expectTypeOf<string>().not.toExtend<FormatId>()
  })

  it('an adapter’s own rule id is welcome beside ours', () => {
    const rule: ExampleRule = {
      id: 'mine',
      summary: 's',
      check: (_example, line) => ({ line, rule: 'mine', message: 'm' }),
    }
    expectTypeOf(rule.check).returns.toEqualTypeOf<Rejection | undefined>()
    expectTypeOf<'no-target'>().toExtend<BuiltInRuleId>()
    expectTypeOf<'mine'>().not.toExtend<BuiltInRuleId>()
  })
})
