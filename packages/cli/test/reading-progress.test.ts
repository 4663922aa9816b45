import { describe, expect, it } from 'vitest'
import { readingLine } from '../src/output/reading-progress.ts'
import { createPaint } from '../src/output/style.ts'

const plain = createPaint(false)

describe('how far a file is read', () => {
  it('is a bar, two sizes and a share', () => {
    expect(readingLine({ name: 'train.jsonl', size: 2 ** 30, read: 2 ** 28 }, 80, plain)).toBe(
      'train.jsonl  ███████░░░░░░░░░░░░░░░░░░░░░░░  256.0 MiB/1.0 GiB  25 %',
    )
  })

  it('is a size alone where the end is not known', () => {
    expect(readingLine({ name: 'standard input', size: undefined, read: 3 * 2 ** 20 }, 80, plain)).toBe(
      'standard input  3.0 MiB',
    )
  })

  it.each([10, 20, 40, 60, 79, 200])('is narrower than %i columns, whatever the name', (columns) => {
    for (const name of ['a', 'x'.repeat(300), '\u001B[31mred\n']) {
      const line = readingLine({ name, size: 5 * 2 ** 20, read: 6 * 2 ** 20 }, columns, plain)
      expect(line.length).toBeLessThan(columns)
      // oxlint-disable-next-line no-control-regex -- a control character is what must not be there
      expect(line).not.toMatch(/[\u0000-\u001F]/)
    }
  })
})
