import type { RunEvent } from '@anytune/core'
import { describe, expect, it } from 'vitest'
import { recordCurve, smoothed, smoothingSteps } from '../src/curve.ts'
import { judge, score } from '../src/evaluate.ts'
import { html } from '../src/report/html.ts'
import { lossChart } from '../src/report/chart.ts'
import type { Contender, ReportFacts } from '../src/report/facts.ts'
import { renderReport } from '../src/report/page.ts'
import { STYLE } from '../src/report/style.ts'
import { logTicks, ticksTo } from '../src/report/ticks.ts'
import { readable } from '../src/words.ts'
import { ticket } from './ticket.ts'

const tickets = [
  ticket('Where is <my> parcel & "lamp"?', { category: 'delivery', product: 'lumi' }),
  ticket('It does not brew', { category: 'defect', product: 'perk', urgency: 'high' }),
]

function contender(name: string, answers: readonly string[]): Contender {
  const judgements = tickets.map((asked, index) => judge(asked, answers[index] ?? ''))
  return { name, judgements, scores: score(judgements) }
}

const curve = {
  training: [12.4, 5, 1, 0.2, 0.02].map((loss, index) => ({ step: index + 1, loss })),
  validation: [{ step: 5, loss: 0.4 }],
}

const facts: ReportFacts = {
  base: contender('base model', ['\u001D\u001D<script>alert(1)</script>']),
  neighbour: contender('nearest neighbour', tickets.map(({ target }) => target).reverse()),
  tuned: contender('fine-tuned model', [
    tickets[0]!.target,
    '{"category":"billing","product":"perk","urgency":"high"}',
  ]),
  trained: contender(
    'fine-tuned, on its training tickets',
    tickets.map(({ target }) => target),
  ),
  curve,
  trainingTime: '48 s',
  baseModel: 'A toy.',
  privacy: 'Nothing left this computer.',
  groups: [{ heading: 'Settings', facts: { seed: '1', model: 'local-1' } }],
  next: './node_modules/.bin/anytune chat local-1 "Hello"',
}

describe('renderReport', () => {
  const page = renderReport(facts)

  it('needs nothing but itself', () => {
    expect(page).not.toMatch(/https?:|\/\/|<script|<link|<img|<iframe|<object|\bsrc=|\bhref=|url\(|@import|@font-face/i)
    expect(page).toContain("default-src 'none'")
  })

  it('escapes what people and models wrote', () => {
    expect(page).toContain('Where is &lt;my&gt; parcel &amp; &quot;lamp&quot;?')
    expect(page).toContain(String.raw`\x1d\x1d&lt;script&gt;`)
    // oxlint-disable-next-line no-control-regex
    expect(page).not.toMatch(/[\u0000-\u0008\u000E-\u001F]/)
  })

  it('is well formed', () => {
    expect(unbalanced(page)).toEqual([])
    const ids = [...page.matchAll(/\bid="([^"]*)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, names = ''] of page.matchAll(/aria-labelledby="([^"]*)"/g)) {
      for (const name of names.split(' ')) expect(ids).toContain(name)
    }
  })

  it('can be read without seeing it', () => {
    expect(page).toContain('<html lang="en">')
    expect(page).toMatch(/<title>[^<]+<\/title>/)
    expect(page.match(/<svg/g)).toHaveLength(2)
    expect(page.match(/<svg[^>]*role="img"[^>]*aria-labelledby/g)).toHaveLength(2)
    expect(page).toContain('Training loss falls from 12.40 to 0.020 in 5 steps. Validation loss ends at 0.40.')
    expect(page).toContain('aria-label="fine-tuned model: 1 of 2 exact, 2 of 2 valid JSON"')
  })

  it('is made for light and dark, wide and narrow', () => {
    expect(page).toContain('prefers-color-scheme: dark')
    expect(page).toMatch(/@media \(max-width:/)
    expect(page).toContain('width=device-width')
  })

  it('has the figures, a right and a wrong answer, the settings and the next command', () => {
    const text = page.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
    expect(text).toMatch(/Fine-tuned model 100\.0 % 50\.0 % 50\.0 % 100\.0 % 100\.0 %/)
    expect(text).toMatch(/Nearest neighbour 100\.0 % 0\.0 %/)
    expect(page).toContain('<mark>&quot;billing&quot;</mark>')
    expect(text).toContain('seed 1')
    expect(page).toContain('anytune chat local-1 &quot;Hello&quot;')
  })

  it('says so where nothing was right', () => {
    const all = renderReport({ ...facts, tuned: facts.base })
    expect(all).toMatch(/Answered right<\/h3>\s*<p>None\.<\/p>/)
  })
})

describe('the style', () => {
  const [light = '', dark = ''] = STYLE.split('prefers-color-scheme: dark')

  it.each([
    ['light', light],
    ['dark', dark],
  ])('keeps text readable in the %s scheme', (_, scheme) => {
    const color = (name: string) => new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(scheme)?.[1] ?? 'none'
    const pairs = [
      ['ink', 'paper'],
      ['ink', 'card'],
      ['ink', 'accent-wash'],
      ['soft', 'paper'],
      ['soft', 'card'],
      ['accent', 'paper'],
      ['second', 'second-wash'],
    ] as const
    for (const [text, ground] of pairs) {
      // What WCAG 2 asks for text of any size.
      expect.soft(contrast(color(text), color(ground)), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5)
    }
  })
})

describe('lossChart', () => {
  it('draws every point inside its frame', () => {
    const svg = lossChart(curve, { width: 400, height: 200 }, 'id', 'falls').html
    const points = [...svg.matchAll(/points="([^"]+)"/g)].flatMap(([, list = '']) =>
      list.split(' ').map((point) => point.split(',').map(Number)),
    )
    expect(points).toHaveLength(5 + 5 + 1)
    for (const [x = Number.NaN, y = Number.NaN] of points) {
      expect(x).toBeGreaterThan(0)
      expect(x).toBeLessThanOrEqual(400)
      expect(y).toBeGreaterThan(0)
      expect(y).toBeLessThan(200)
    }
    const heights = points.slice(0, 5).map(([, y = 0]) => y)
    expect(heights).toEqual(heights.toSorted((one, other) => one - other))
  })

  it('draws one step, no validation and a loss of 0', () => {
    const svg = lossChart(
      { training: [{ step: 1, loss: 0 }], validation: [] },
      { width: 400, height: 200 },
      'id',
      '',
    ).html
    expect(svg).not.toMatch(/NaN|Infinity/)
  })

  it('refuses a curve without a loss', () => {
    expect(() => lossChart({ training: [], validation: [] }, { width: 400, height: 200 }, 'id', '')).toThrow(RangeError)
  })
})

describe('ticks', () => {
  it('are round', () => {
    expect(ticksTo(450, 6)).toEqual([0, 100, 200, 300, 400, 500])
    expect(ticksTo(0.3, 3)).toEqual([0, 0.1, 0.2, 0.3])
    expect(ticksTo(0, 3)).toEqual([0, 1])
  })

  it('on a logarithmic scale enclose the values', () => {
    expect(logTicks([12.4, 0.02])).toEqual([0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30])
    expect(logTicks([1])).toEqual([1, 3])
    expect(logTicks([0.5, 2])).toEqual([0.3, 1, 3])
  })
})

describe('recordCurve', () => {
  const metrics = (step: number, values: Readonly<Record<string, number>>): RunEvent => {
    const at = new Date(0)
    return { type: 'job', at, cursor: '', event: { type: 'metrics', id: `${step}`, at, step, values } }
  }

  it('keeps losses by step, and the last of a step that was made twice', () => {
    const recorder = recordCurve()
    recorder.add(metrics(2, { loss: 3 }))
    recorder.add(metrics(1, { loss: 5, learningRate: 0.1 }))
    recorder.add(metrics(2, { validationLoss: 4 }))
    recorder.add(metrics(2, { loss: 2 }))
    recorder.add({ type: 'stalled', silentMs: 1, at: new Date(0), cursor: '' })
    expect(recorder.curve()).toEqual({
      training: [
        { step: 1, loss: 5 },
        { step: 2, loss: 2 },
      ],
      validation: [{ step: 2, loss: 4 }],
    })
  })

  it('is smoothed by the mean of neighbours', () => {
    const points = Array.from({ length: 80 }, (_, step) => ({ step, loss: step % 2 }))
    expect(smoothingSteps(points)).toBe(3)
    expect(smoothed(points)[1]?.loss).toBeCloseTo(1 / 3)
    expect(smoothed(points)[0]?.loss).toBeCloseTo(1 / 2)
    expect(smoothed([{ step: 1, loss: 7 }])).toEqual([{ step: 1, loss: 7 }])
  })
})

describe('readable', () => {
  it('keeps an answer on one line and away from the terminal', () => {
    expect(readable(' a\n\tb ', 20)).toBe('a b')
    expect(readable('\u001B[31mred\u0007', 40)).toBe(String.raw`\x1b[31mred\x07`)
    expect(readable('', 5)).toBe('(nothing)')
    expect(readable('abcdefgh', 5)).toBe('abcde…')
    expect(readable('aaaa😀', 5)).toBe('aaaa\uFFFD…')
  })
})

describe('html', () => {
  it('escapes text and not HTML, joins lists and leaves out what is not there', () => {
    expect(html`<p>${'<&>'}${html`<b>${1}</b>`}${[html`x`, "'y'"]}${undefined}</p>`.html).toBe(
      '<p>&lt;&amp;&gt;<b>1</b>x&#39;y&#39;</p>',
    )
  })
})

/** The contrast of two colours by WCAG 2, from 1 to 21. */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((first, second) => first - second)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(color: string): number {
  const [red = Number.NaN, green = Number.NaN, blue = Number.NaN] = [1, 3, 5].map((start) => {
    const share = Number.parseInt(color.slice(start, start + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** Elements that are closed without being open, or left open. */
function unbalanced(page: string): readonly string[] {
  const empty = new Set(['meta', 'wbr', 'br'])
  const open: string[] = []
  const wrong: string[] = []
  const body = page.replace(/<style>[^]*<\/style>/, '')
  for (const [tag, slash, name = '', self] of body.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*?(\/?)>/g)) {
    if (empty.has(name) || self === '/') continue
    if (slash !== '/') open.push(name)
    else if (open.pop() !== name) wrong.push(tag)
  }
  return [...wrong, ...open]
}
