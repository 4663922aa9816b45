import { describe, expect, it } from 'vitest'
import { anytune, folder, jsonLines, MEMORY } from './anytune.ts'

const FAQ = `question,answer,note\n${'Where?,"Here, there",x\n'.repeat(12)}`
const MAPPED = ['--map', 'prompt=question,completion=answer', '--format', 'flat'] as const

describe('a table as it is', () => {
  it('is planned, kept, and staged as it was planned', async () => {
    const cwd = await folder({ 'anytune.yaml': MEMORY, 'faq.csv': FAQ })
    const plan = await anytune(['plan', 'faq.csv', '--model', 'small', ...MAPPED, '--out', 'plan.json', '--json'], {
      cwd,
    })
    expect(plan.code, plan.stderr).toBe(0)
    expect(jsonLines(plan.stdout)).toMatchObject([
      { datasets: [{ examples: 12, layout: { fields: { prompt: 'question' } }, encoded: { rows: 12 } }] },
    ])
    const applied = await anytune(['apply', 'plan.json', '--detach', '--json'], { cwd })
    expect(applied.code, applied.stderr).toBe(0)
  })

  it('without its mapping is refused with what to do', async () => {
    const cwd = await folder({ 'anytune.yaml': MEMORY, 'faq.csv': FAQ })
    const { code, stderr } = await anytune(['plan', 'faq.csv', '--model', 'small'], { cwd })
    expect(code).toBe(2)
    expect(stderr).toContain('map fields to the keys of a format')
  })
})
