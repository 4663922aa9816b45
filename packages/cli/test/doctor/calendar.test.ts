import { describe, expect, it } from 'vitest'
import { calendarOf, type Say } from '../../src/doctor/calendar.ts'
import { diagnose } from '../../src/doctor/diagnose.ts'
import { nextCommands } from '../../src/next-command.ts'
import { bare } from '../asked.ts'
import { account, deployment, examination, model, NOW, ON_RECORD, read } from './accounts.ts'

const say: Say = (_, actions) => nextCommands(bare, actions)

function calendar(models: Parameters<typeof model>[], knowledge = {}) {
  const diagnosis = diagnose(
    account({ models: read(...models.map(([id, over]) => model(id, over))) }),
    examination(knowledge),
  )
  return calendarOf([diagnosis], NOW, say)
}

function unfolded(text: string): readonly string[] {
  return text.replaceAll('\r\n ', '').split('\r\n')
}

describe('the calendar of deadlines', () => {
  it('is what RFC 5545 asks for, to the byte', () => {
    const text = calendar([['m', { servedUntil: new Date('2027-01-14') }]])
    expect(unfolded(text)).toEqual([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//anytune//doctor//EN',
      'CALSCALE:GREGORIAN',
      'METHOD:PUBLISH',
      'BEGIN:VEVENT',
      expect.stringMatching(/^UID:[0-9a-f]{32}@anytune$/),
      'DTSTAMP:20261220T100000Z',
      'DTSTART:20270114T000000Z',
      'SUMMARY:main: the model m answers until 2027-01-14',
      String.raw`DESCRIPTION:Profile main (acme\, account/1)\nsays the provider\nanytune deploy m\nanytune export --all --to anytune-export`,
      'TRANSP:TRANSPARENT',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ])
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
  })

  it('folds lines at 75 octets and never within a character', () => {
    const id = `ft:${'é'.repeat(40)}:${'模型'.repeat(30)}:🙂🙂🙂`
    const text = calendar([[id, { servedUntil: new Date('2027-01-14') }]])
    for (const line of text.split('\r\n')) {
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
      expect(line).not.toContain('\uFFFD')
    }
    expect(unfolded(text)).toContain(`SUMMARY:main: the model ${id} answers until 2027-01-14`)
  })

  it('escapes what has a meaning there, and drops what could steer a terminal', () => {
    const text = calendar([['a;b,c\\d\u001B[31m\r\nX:1', { servedUntil: new Date('2027-01-14') }]])
    const summary = unfolded(text).find((line) => line.startsWith('SUMMARY:'))
    expect(summary).toBe(String.raw`SUMMARY:main: the model a\;b\,c\\d X:1 answers until 2027-01-14`)
  })

  it('moves an event when its day moves, and is otherwise the same to the byte', () => {
    const uid = (text: string) => unfolded(text).find((line) => line.startsWith('UID:'))
    const first = calendar([['m', { servedUntil: new Date('2027-01-14') }]])
    const moved = calendar([['m', { servedUntil: new Date('2027-03-01') }]])
    expect(calendar([['m', { servedUntil: new Date('2027-01-14') }]])).toBe(first)
    expect(uid(moved)).toBe(uid(first))
    expect(moved).toContain('DTSTART:20270301T000000Z')
    expect(uid(calendar([['n', { servedUntil: new Date('2027-01-14') }]]))).not.toBe(uid(first))
  })

  it('has every deadline still to come, near or far, and none that has passed', () => {
    const closes = { value: new Date('2027-01-06'), basis: ON_RECORD }
    const diagnosis = diagnose(
      account({
        models: read(
          model('past', { servedUntil: new Date('2026-12-01') }),
          model('far', { servedUntil: new Date('2030-01-01') }),
        ),
        deployments: read(deployment('d', { endsAt: new Date('2026-12-21T07:30:00Z') })),
      }),
      examination({ closes }),
    )
    const starts = unfolded(calendarOf([diagnosis], NOW, say)).filter((line) => line.startsWith('DTSTART:'))
    expect(starts).toEqual(['DTSTART:20261221T073000Z', 'DTSTART:20270106T000000Z', 'DTSTART:20300101T000000Z'])
  })
})
