import type { Method } from '@anytune/core/driver'

/** Stands in every default row: it must never be seen in an error, an event or a remote name. */
export const SECRET_OF_ROWS = 'Zanzibar-4711'

const QUESTIONS = [
  'price',
  'weight',
  'colour',
  'length',
  'origin',
  'age',
  'taste',
  'sound',
  'shape',
  'use',
  'name',
  'end',
]

/** Rows that peers lost: without a system message, with several turns, with text beyond ASCII. Enough for any vendor's minimum. */
const SUPERVISED: readonly object[] = QUESTIONS.map((topic, index) => ({
  messages: [
    ...(index % 2 === 0 ? [] : [{ role: 'system', content: `Answer briefly; the code word is ${SECRET_OF_ROWS}.` }]),
    ...(index % 3 === 0
      ? [
          { role: 'user', content: 'Hello 👋🏽, grüß Gott, שלום' },
          { role: 'assistant', content: '你好' },
        ]
      : []),
    { role: 'user', content: `What is the ${topic} of ${SECRET_OF_ROWS}?` },
    { role: 'assistant', content: `The ${topic} is “${index}\u00a0€”.` },
  ],
}))

const PREFERENCE: readonly object[] = QUESTIONS.map((topic, index) => ({
  input: { messages: [{ role: 'user', content: `What is the ${topic} of ${SECRET_OF_ROWS}?` }] },
  preferred_output: [{ role: 'assistant', content: `It is ${index}, with pleasure – naïve 🙂.` }],
  non_preferred_output: [{ role: 'assistant', content: 'No idea.' }],
}))

/** Rows for the methods that every harness would otherwise have to write alike. */
export const DEFAULT_ROWS: { readonly [M in Method]?: readonly object[] } = {
  supervised: SUPERVISED,
  preference: PREFERENCE,
}
