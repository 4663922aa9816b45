import { describe, expect, it } from 'vitest'
import { jsonLines, oneProcess } from './anytune.ts'
import { changes, emulatedAccount } from './doctor/emulated-account.ts'

const NOW = '2026-12-20T10:00:00Z'
const run = oneProcess()

type Line = Readonly<Record<string, unknown>>
const ofType = (lines: readonly Line[], type: string) => lines.filter((line) => line['type'] === type)
const idsOf = (lines: readonly Line[]) => lines.map(({ id }) => String(id)).toSorted()
const daysLeft = (line: Line) => (line['end'] as { daysLeft: number } | undefined)?.daysLeft
/** How many lines have each value. */
const count = (values: readonly unknown[]) =>
  Object.fromEntries([...new Set(values)].map((value) => [String(value), values.filter((one) => one === value).length]))

describe('anytune doctor on an emulated OpenAI account', () => {
  it('sees 300 models and all left-over files, counts the right days, only reads, and waits when it is told to', async () => {
    const { account, cwd } = await emulatedAccount('openai', new Date(NOW))
    const ended = { base: 'gpt-4.1-nano-2025-04-14', daysAgo: 200 }
    const seeded = account.seed({
      models: [
        ...Array.from({ length: 280 }, () => ({ base: 'gpt-4o-mini-2024-07-18', daysAgo: 100 })),
        ...Array.from({ length: 20 }, () => ended),
      ],
      jobs: Array.from({ length: 105 }, () => ({ end: 'failed', daysAgo: 30 })),
      files: [
        ...Array.from({ length: 7 }, (_, index) => ({ filename: `run-abcdefgh${index}k-training.jsonl`, daysAgo: 3 })),
        { filename: 'run-abcdefghij-training.jsonl', daysAgo: 0.1 },
        { filename: 'mine.jsonl', daysAgo: 30 },
      ],
    })
    account.configure({ rateLimit: { requests: 2, windowMilliseconds: 1000 } })

    const { code, stdout } = await run(['doctor', '--json'], { cwd, now: NOW })
    expect(code).toBe(11)
    const lines = jsonLines(stdout)
    const models = ofType(lines, 'model')
    expect(idsOf(models)).toEqual(seeded['models']?.toSorted())
    expect(count(models.map(daysLeft))).toEqual({ 25: 280, '-58': 20 })
    expect(ofType(lines, 'job')).toHaveLength(105)
    expect(ofType(lines, 'dataset')).toHaveLength(105 + 9)

    const findings = ofType(lines, 'finding')
    expect(count(findings.map(({ kind }) => kind))).toEqual({
      'model-ends': 280,
      'model-ended': 20,
      'file-left-over': 7,
      'file-unclaimed': 1,
    })
    const leftOver = findings.filter(({ kind }) => kind === 'file-left-over')
    expect(leftOver.map(({ subject }) => (subject as { id: string }).id).toSorted()).toEqual(
      seeded['files']?.slice(0, 7).toSorted(),
    )
    expect(lines.at(-1)).toMatchObject({ complete: true, findings: { urgent: 280, warning: 27, note: 1 } })

    expect(changes(account)).toEqual([])
    const requests = account.requests()
    const refused = requests.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(0)
    for (const { number, at, responseHeaders } of refused) {
      const next = requests.find((request) => request.number > number)
      const asked = Number(responseHeaders?.['retry-after-ms'])
      expect(asked).toBeGreaterThan(0)
      // Both moments are told in whole milliseconds.
      expect(Date.parse(String(next?.at)) - Date.parse(at)).toBeGreaterThanOrEqual(asked - 2)
    }
  })

  it('says which list it could not read, and does not call the rest well', async () => {
    const { emulator, cwd } = await emulatedAccount('openai', new Date(NOW))
    emulator.faults.add({ operation: 'models.list', kind: 'status', status: 403, times: 9 })
    const { code, stdout, stderr } = await run(['doctor', '--json'], { cwd, now: NOW })
    expect(code).toBe(12)
    expect(stderr).toContain('models could not be read to the end')
    expect(jsonLines(stdout).at(-1)).toMatchObject({ complete: false, profiles: [{ unread: ['models'] }] })
  })
})

describe('anytune doctor on an emulated Azure account', () => {
  it('sees 300 models and 40 deployments, with the days left, the cost and the use of each, and only reads', async () => {
    const { account, cwd } = await emulatedAccount('azure', new Date(NOW))
    const seeded = account.seed(
      {
        models: [
          ...Array.from({ length: 200 }, () => ({ base: 'gpt-4.1-2025-04-14', daysAgo: 50 })),
          ...Array.from({ length: 100 }, () => ({ base: 'gpt-4o-mini-2024-07-18', daysAgo: 50 })),
        ],
        files: [
          { filename: 'run-abcdefghjk-training.jsonl', daysAgo: 3 },
          { filename: 'mine.jsonl', daysAgo: 3 },
        ],
        deployments: [
          ...Array.from({ length: 30 }, () => ({ sku: 'Standard', daysAgo: 10, lastUsedDaysAgo: 9 })),
          ...Array.from({ length: 6 }, () => ({ sku: 'GlobalStandard', daysAgo: 2, lastUsedDaysAgo: 0.5 })),
          ...Array.from({ length: 4 }, () => ({ sku: 'DeveloperTier', daysAgo: 0.25 })),
        ],
      },
      'azure',
    )
    const { code, stdout, stderr } = await run(['doctor', '--json', '--fail-within', '3'], { cwd, now: NOW })
    expect({ code, stderr }).toEqual({ code: 11, stderr: '' })
    const lines = jsonLines(stdout)
    const [models, deployments] = [ofType(lines, 'model'), ofType(lines, 'deployment')]
    expect(idsOf(models)).toEqual(seeded['models']?.toSorted())
    expect(count(models.map(daysLeft))).toEqual({ 298: 200, 285: 100 })
    expect(idsOf(deployments)).toEqual(seeded['deployments']?.toSorted())
    expect(count(deployments.filter((line) => daysLeft(line) === 1).map(({ status }) => status))).toEqual({ ready: 4 })

    const costs = deployments.map(({ cost }) => cost as { perHour: number; hours: number; soFar: number })
    expect(costs.filter(({ perHour }) => perHour === 1.7)).toHaveLength(36)
    for (const { perHour, hours, soFar } of costs) expect(soFar).toBeCloseTo(perHour * hours, 6)
    expect(count(costs.map(({ hours }) => Math.round(hours)))).toEqual({ 240: 30, 48: 6, 6: 4 })
    const findings = ofType(lines, 'finding')
    expect(findings.filter(({ severity }) => severity === 'urgent')).toHaveLength(4)
    expect(count(findings.map(({ kind }) => kind))).toMatchObject({
      'deployment-idle': 30,
      'deployment-costs': 6,
      'file-left-over': 1,
    })
    expect(changes(account)).toEqual([])
  })
})
