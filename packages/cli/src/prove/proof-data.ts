import { rowsSource, type DatasetSource, type Example } from '@anytune/dataset'

/** As many rows as the strictest vendor asks for, and two more. */
const ROWS = 12

/** Rows of no meaning, so small that they cost next to nothing, and nobody's data. */
export function proofData(): DatasetSource {
  const examples = Array.from({ length: ROWS }, (_, index): Example => {
    const boxes = index + 1
    return {
      kind: 'chat',
      messages: [
        { role: 'user', content: `A box weighs two kilograms. How much do ${boxes} of them weigh?` },
        { role: 'assistant', content: `${2 * boxes} kilograms.` },
      ],
    }
  })
  return rowsSource('anytune-proof.jsonl', examples)
}
