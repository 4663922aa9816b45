import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { DATASET_RULES, FORMATS, RULES } from '../src/index.ts'

const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8')

it.each(Object.entries({ ...RULES, ...DATASET_RULES }))('the README lists the rule %s with its meaning', (id, rule) => {
  expect(readme).toContain(`| \`${id}\` | ${rule.summary} |`)
})

it('the README lists no rule that is not there', () => {
  const listed = [...readme.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, id]) => id)
  expect(listed.filter((id) => !Object.hasOwn({ ...RULES, ...DATASET_RULES, ...FORMATS }, id ?? ''))).toEqual([])
})

it.each(Object.keys(FORMATS))('the README lists the format %s', (id) => {
  expect(readme).toContain(`| \`${id}\` |`)
})
