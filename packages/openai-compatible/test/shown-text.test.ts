import { shownText } from '@anytune/openai-compatible'
import { describe, expect, it } from 'vitest'

describe('a sentence of the service’s that may be shown', () => {
  it.each([
    ['The job ftjob-abc123 was created for your organization’s project.', undefined],
    ["Line 3: missing key 'messages' in the file 'file-abc123'", undefined],
    ["Line 3: bad value 'my mother is ill'", 'Line 3: bad value "…"'],
    ['Line 3: bad value "my mother is ill', 'Line 3: bad value "…"'],
    ['got {"role": "user", "content": "my mother', 'got {…}'],
    ['Incorrect API key provided: sk-proj-abc***xyz. Find it…', 'Incorrect API key provided: … Find it…'],
    ['Denied for key 0a1b2c3d4e5f60718293a4b5c6d7e8f9.', 'Denied for key ….'],
    ['The file file-0a1b2c3d4e5f60718293a4b5c6d7e8f9 is of gpt-4.1-mini-2025-04-14.', undefined],
    ["the organization's limit isn't reached", undefined],
  ])('%s', (given, shown) => {
    expect(shownText(given)).toBe(shown ?? given)
  })

  it('ends somewhere', () => {
    expect(shownText('a '.repeat(10_000)).length).toBeLessThan(500)
  })
})
