import type { ErrorCode, RunEvent } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'
import { DatasetError } from '@anytune/dataset'
import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { EXIT_CODES } from '../src/exit-codes.ts'
import { errorText, understand } from '../src/failure.ts'
import { settingOption } from '../src/options.ts'
import { eventLine } from '../src/output/event-line.ts'
import { rowsAt } from '../src/output/live.ts'
import { advance, NO_PROGRESS, renderProgress, timeLeft, type Progress } from '../src/output/progress.ts'
import { safeLine, safeText } from '../src/output/safe-text.ts'
import { createPaint } from '../src/output/style.ts'
import { fields, table } from '../src/output/table.ts'
import { bytes, decimal, duration, integer } from '../src/output/units.ts'
import { bare } from './asked.ts'

const plain = createPaint(false)
const START = Date.UTC(2026, 10, 22, 12)
const at = (seconds: number) => new Date(START + seconds * 1000)
const cursor = 'c'

function status(seconds: number, word: 'queued' | 'running' | 'paused', step?: number): RunEvent {
  const progress = step === undefined ? {} : { progress: { step, totalSteps: 100 } }
  return { type: 'status', status: word, rawStatus: word, at: at(seconds), cursor, ...progress }
}

function metrics(seconds: number, step: number, values: Record<string, number>): RunEvent {
  const event = { type: 'metrics', id: `m${step}`, at: at(seconds), step, totalSteps: 100, values } as const
  return { type: 'job', event, at: at(seconds), cursor }
}

function after(...events: readonly RunEvent[]): Progress {
  return events.reduce(advance, NO_PROGRESS)
}

const frame = (progress: Progress, columns: number, seconds: number) =>
  renderProgress(progress, { columns, now: at(seconds).getTime(), paint: plain }).split('\n')

describe('the progress of a job', () => {
  const halfWay = after(
    status(0, 'queued'),
    status(1, 'running'),
    metrics(2, 1, { loss: 3.5, learningRate: 0.001 }),
    metrics(51, 50, { loss: 1.5, tokensPerSecond: 12345.6 }),
    metrics(51, 50, { validationLoss: 1.75 }),
  )

  it('is a bar, the last of each metric, and the time', () => {
    expect(frame(halfWay, 80, 51)).toEqual([
      'running  ███████████████░░░░░░░░░░░░░░░  step 50/100  50 %',
      'loss 1.5 · 12,346 tokens/s · validation loss 1.75',
      '49 s so far · about 50 s left',
    ])
  })

  it('never has a line as wide as the terminal, whatever its width', () => {
    const wide = advance(halfWay, metrics(51, 50, { rewardOfTheVeryLongName: 123456.789, 漢字漢字漢字: 1 }))
    for (let columns = 1; columns <= 120; columns++) {
      for (const line of frame(wide, columns, 51))
        expect(stringWidth(line)).toBeLessThanOrEqual(Math.max(1, columns - 1))
    }
  })

  it('does without the bar where there is no room for it', () => {
    expect(frame(halfWay, 33, 51)[0]).toBe('running  step 50/100  50 %')
    expect(frame(halfWay, 14, 51)[0]).toBe('running  ste…')
  })

  it('says only the status before the first step, and counts epochs where there are no steps', () => {
    expect(frame(after(status(0, 'queued')), 80, 9)).toEqual(['queued'])
    const epochs: RunEvent = {
      type: 'status',
      status: 'running',
      rawStatus: 'run',
      at: at(0),
      cursor,
      progress: { epoch: 1, totalEpochs: 4 },
    }
    expect(frame(after(epochs), 80, 9)).toEqual(['running  ███████░░░░░░░░░░░░░░░░░░░░░░░  epoch 1/4  25 %'])
  })

  it('measures the pace between steps, not from when watching began', () => {
    // Joined late: the status tells step 50 now, then the events of the past come in.
    const joined = after(status(60, 'running', 50), metrics(1, 1, { loss: 3 }), metrics(50, 50, { loss: 1 }))
    expect(timeLeft(joined, at(60).getTime())).toBe(40_000)
    expect(timeLeft(after(status(60, 'running', 50)), at(60).getTime())).toBeUndefined()
  })

  it('leaves the time of a pause out of the pace', () => {
    const resumed = after(
      status(0, 'running', 0),
      metrics(10, 10, {}),
      status(10, 'paused', 10),
      status(1000, 'running', 10),
      metrics(1010, 20, {}),
    )
    expect(timeLeft(resumed, at(1010).getTime())).toBe(80_000)
  })

  it('shows the provider’s own word for a status that is unknown', () => {
    const odd: RunEvent = { type: 'status', status: 'unknown', rawStatus: 'PARKED\u001B[2J', at: at(0), cursor }
    expect(frame(after(odd), 80, 0)).toEqual(['unknown (PARKED)'])
  })

  it('knows how many rows a block takes once a narrower terminal has wrapped it', () => {
    expect(rowsAt('1234567890\nab\n', 10)).toBe(3)
    expect(rowsAt('1234567890\nab\n', 4)).toBe(5)
    expect(rowsAt(`\u001B[1m12345\u001B[22m`, 5)).toBe(1)
  })
})

describe('an event as a line', () => {
  it.each([
    { event: status(0, 'running', 3), line: 'running  step 3/100' },
    { event: metrics(0, 3, { loss: 0.00012, accuracy: 1 }), line: 'step 3/100  loss 1.20e-4 · accuracy 1' },
    {
      event: {
        type: 'job',
        at: at(0),
        cursor,
        event: { type: 'message', id: '1', at: at(0), level: 'warning', text: 'two\nlines\u0007' },
      },
      line: 'warning: two lines',
    },
    {
      event: { type: 'stalled', silentMs: 600_000, at: at(0), cursor },
      line: 'no news for 10 min 0 s; still watching',
    },
  ] satisfies { event: RunEvent; line: string }[])('says $line', ({ event, line }) => {
    expect(eventLine(event)).toBe(`2026-11-22T12:00:00Z  ${line}`)
  })
})

describe('texts of others', () => {
  it('cannot steer the terminal', () => {
    expect(safeText('a\u001B]0;title\u0007b\u001B[31mc\r\u0008d\u009B2Je\tf\ng')).toBe('abcde\tf\ng')
    expect(safeLine(' a\n\tb ')).toBe('a b')
  })
})

describe('tables', () => {
  it('are aligned by what is seen, wide characters and colours included', () => {
    const paint = createPaint(true)
    expect(
      table(
        ['A', 'B'],
        [
          ['漢字', 'x'],
          [paint('red', 'ab'), 'y'],
        ],
      )
        .split('\n')
        .map((line) => line.replace(paint('red', 'ab'), 'ab')),
    ).toEqual(['A     B', '漢字  x', 'ab    y'])
  })

  it('leave fields without a value out, and indent further lines', () => {
    expect(fields({ one: '1', none: undefined, empty: [], several: ['a', 'b'] }, '  ')).toBe(
      '  one      1\n  several  a\n           b',
    )
  })
})

describe('units', () => {
  it('are short', () => {
    expect([0, 59_499, 61_000, 3_600_000, 7_500_000].map(duration)).toEqual([
      '0 s',
      '59 s',
      '1 min 1 s',
      '1 h 0 min',
      '2 h 5 min',
    ])
    expect([0, 1023, 1024, 1.5 * 1024 ** 3].map(bytes)).toEqual(['0 B', '1023 B', '1.0 KiB', '1.5 GiB'])
    expect([1234567].map(integer)).toEqual(['1,234,567'])
    expect([0, 2.34567, -0.0000123, NaN].map(decimal)).toEqual(['0', '2.346', '-1.23e-5', 'NaN'])
  })
})

describe('an error', () => {
  const told = (error: unknown) => errorText(understand(error), { ...bare, output: { paintError: plain } })

  it('is told with its code, its rejected rows, its candidates and its hint', () => {
    const rejected = {
      count: 2,
      first: [{ line: 7, rule: 'no-target', field: 'messages', message: 'nothing is learned' }],
    }
    const data = { rejected, candidates: ['job-1'] }
    expect(told(new AnytuneError('dataset-invalid', 'bad rows', { hint: 'mend them', data }))).toBe(
      'error (dataset-invalid): bad rows\n  line 7  no-target  messages: nothing is learned\n  … and 1 more\n  candidate job-1\nhint: mend them',
    )
  })

  it('is told with a line for each command that does what is next', () => {
    const next = [{ do: 'resume-run', run: 'run-a' }, { do: 'doctor' }] as const
    expect(told(new AnytuneError('unavailable', 'nobody answers', { hint: 'wait', next }))).toBe(
      'error (unavailable): nobody answers\nhint: wait\nnext: anytune runs resume run-a\nnext: anytune doctor',
    )
  })

  it('of any other kind is never quoted: its message may hold a row', () => {
    let parsing: unknown
    try {
      JSON.parse('{"secret": kittens}')
    } catch (error) {
      parsing = error
    }
    expect(told(parsing)).toMatch(/^error \(unknown\): unexpected SyntaxError\n/)
    expect(told(new DatasetError('not-found', 'x is not there', 'look'))).toBe(
      'error (not-found): x is not there\nhint: look',
    )
    expect(told('kittens')).not.toContain('kittens')
  })

  it('of the system names the call and the file', () => {
    const error = Object.assign(new Error('EACCES: kittens'), { code: 'EACCES', syscall: 'open', path: '/x' })
    expect(told(error)).toBe('error (unknown): EACCES (open /x)')
  })

  it('of another copy of the package is known by its brand', () => {
    const foreign = Object.assign(new Error('m'), { code: 'timeout', [Symbol.for('@anytune/core/error')]: true })
    expect(understand(foreign)).toBe(foreign)
  })
})

describe('exit codes', () => {
  it('are these numbers, which scripts rely on', () => {
    expect(EXIT_CODES).toEqual({
      unknown: 1,
      'dataset-invalid': 2,
      'invalid-argument': 3,
      unsupported: 3,
      configuration: 4,
      unauthenticated: 5,
      'permission-denied': 5,
      'policy-refused': 6,
      'needs-decision': 7,
      'job-failed': 8,
      'not-found': 9,
      'already-exists': 9,
      'failed-precondition': 9,
      unavailable: 10,
      'rate-limited': 10,
      'quota-exceeded': 10,
      timeout: 10,
      'closed-to-new-jobs': 10,
    } satisfies Record<ErrorCode, number>)
  })
})

describe('--set', () => {
  it('gathers keys into objects, and takes JSON as JSON', () => {
    const all = ['a.b=1', 'a.c=text', 'd=[true]', 'e=', 'f=x=y'].reduce<Record<string, unknown>>(
      (set, text) => settingOption(text, set),
      {},
    )
    expect(all).toEqual({ a: { b: 1, c: 'text' }, d: [true], e: '', f: 'x=y' })
  })

  it.each(['=1', 'a', 'a..b=1', '__proto__.polluted=1', 'a.__proto__=1'])('refuses %s', (text) => {
    expect(() => settingOption(text)).toThrow(/key=value/)
  })

  it('refuses to set a key of a single value', () => {
    expect(() => settingOption('a.b=1', { a: 1 })).toThrow('"a"')
  })
})
