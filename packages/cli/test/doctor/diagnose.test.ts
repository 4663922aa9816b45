import { describe, expect, it } from 'vitest'
import { AnytuneError } from '@anytune/core/driver'
import type { Account } from '../../src/doctor/account.ts'
import { diagnose } from '../../src/doctor/diagnose.ts'
import type { Examination } from '../../src/doctor/inventory.ts'
import { account, dataset, deployment, examination, job, model, NOW, ON_RECORD, read, run } from './accounts.ts'

const LAST_DAY = new Date('2027-01-14')

function findingsOf(over: Partial<Account>, at: Examination = examination()) {
  return diagnose(account(over), at).findings
}

describe('days left of a model', () => {
  const catalogued = examination({ servingEnds: () => ({ value: LAST_DAY, basis: ON_RECORD }) })

  it('are counted from what the provider says, whatever the catalogue says', () => {
    const said = model('m', { baseModel: 'base-1', servedUntil: new Date('2026-12-24') })
    const [state] = diagnose(account({ models: read(said) }), catalogued).models
    expect(state?.end).toEqual({ at: new Date('2026-12-24'), daysLeft: 4, basis: { by: 'provider' } })
  })

  it('are counted from the catalogue, with source and grade, where the provider says nothing', () => {
    const [state] = diagnose(account({ models: read(model('m', { baseModel: 'base-1' })) }), catalogued).models
    expect(state?.end).toEqual({ at: LAST_DAY, daysLeft: 25, basis: ON_RECORD })
  })

  it('are unknown where nobody says anything, and are no finding then', () => {
    const diagnosis = diagnose(
      account({ models: read(model('m', { baseModel: 'base-1' }), model('n')) }),
      examination(),
    )
    expect(diagnosis.models.map(({ end }) => end)).toEqual([undefined, undefined])
    expect(diagnosis.findings).toEqual([])
  })

  it.each([
    { until: '2026-12-20T10:00:01Z', daysLeft: 1, kind: 'model-ends', severity: 'urgent' },
    { until: '2026-12-21T10:00:00Z', daysLeft: 1, kind: 'model-ends', severity: 'urgent' },
    { until: '2027-01-19T10:00:00Z', daysLeft: 30, kind: 'model-ends', severity: 'urgent' },
    { until: '2027-01-19T10:00:01Z', daysLeft: 31, kind: 'model-ends', severity: 'note' },
    { until: '2026-12-20T10:00:00Z', daysLeft: 0, kind: 'model-ended', severity: 'warning' },
    { until: '2026-10-23T00:00:00Z', daysLeft: -58, kind: 'model-ended', severity: 'warning' },
  ])('$daysLeft until $until make it $severity', ({ until, daysLeft, kind, severity }) => {
    const [found] = findingsOf({ models: read(model('m', { servedUntil: new Date(until) })) })
    expect(found).toMatchObject({ id: `${kind}:m`, kind, severity, daysLeft, when: new Date(until) })
  })

  it('of which is only promised that they are not fewer are told so', () => {
    const notBefore = examination({ servingEnds: () => ({ value: LAST_DAY, basis: ON_RECORD, notBefore: true }) })
    const [found] = findingsOf({ models: read(model('m', { baseModel: 'base-1' })) }, notBefore)
    expect(found?.what).toBe('the model m answers until 2027-01-14 at least')
  })

  it('name the commands of the way out: what keeps its answers, by its deployment where it needs one, and its data', () => {
    const models = read(model('m', { servedUntil: LAST_DAY }))
    const commandsOf = (over: Partial<Account>) =>
      findingsOf({ models, ...over }).find(({ subject }) => subject.kind === 'model')?.commands
    const asking = (target: string) => ({ do: 'record', model: target })
    const data = { do: 'export-all', to: 'anytune-export' }
    expect(commandsOf({ deployments: { state: 'not-offered', items: [] } })).toEqual([asking('m'), data])
    expect(commandsOf({ deployments: read(deployment('d', { model: 'm' })) })).toEqual([
      asking('anytune://acme/account%2F1/deployment/d'),
      data,
    ])
    expect(commandsOf({ deployments: read(deployment('d', { model: 'n' })) })).toEqual([
      { do: 'deploy', model: 'm' },
      data,
    ])
  })
})

describe('a deployment', () => {
  const priced = (amount: number) =>
    examination({ hourlyPrice: () => ({ value: { amount, currency: 'USD' }, basis: ON_RECORD }) })
  const since = { createdAt: new Date('2026-12-15T10:00:00Z'), offering: 'acme/serve/standard' }

  it('ends when it is removed or when its model ends, whichever is first', () => {
    const models = read(model('m', { servedUntil: LAST_DAY }))
    const deployments = read(
      deployment('brief', { model: 'm', endsAt: new Date('2026-12-21T09:00:00Z') }),
      deployment('long', { model: 'm', endsAt: new Date('2027-06-01') }),
      deployment('endless', { model: 'm' }),
      deployment('stranger', { model: 'x' }),
    )
    const ends = diagnose(account({ models, deployments }), examination()).deployments.map(({ end }) => end?.daysLeft)
    expect(ends).toEqual([1, 25, 25, undefined])
  })

  it('ends by what is on record of its kind, where the provider says nothing and the time it counts from is known', () => {
    const lasting = examination({
      deploymentLifetimes: (offering) => [
        offering === 'acme/serve/day'
          ? { value: { hours: 24 }, counted: 'from-creation', basis: ON_RECORD }
          : { value: { hours: 15 * 24 }, counted: 'without-use', basis: ON_RECORD },
      ],
    })
    const createdAt = new Date('2026-12-20T04:00:00Z')
    const lastUsedAt = new Date('2026-12-10T10:00:00Z')
    const deployments = read(
      deployment('day', { offering: 'acme/serve/day', createdAt }),
      deployment('said', { offering: 'acme/serve/day', createdAt, endsAt: new Date('2026-12-31') }),
      deployment('used', { offering: 'acme/serve/standard', createdAt, lastUsedAt }),
      deployment('use-unknown', { offering: 'acme/serve/standard', createdAt }),
    )
    const states = diagnose(account({ deployments }), lasting).deployments
    expect(states.map(({ end }) => end && [end.at.toISOString().slice(0, 10), end.basis.by])).toEqual([
      ['2026-12-21', 'catalogue'],
      ['2026-12-31', 'provider'],
      ['2026-12-25', 'catalogue'],
      undefined,
    ])
  })

  it('costs the hours since it was made, and is idle a week after its last use', () => {
    const used = deployment('used', { ...since, lastUsedAt: new Date('2026-12-19T10:00:00Z') })
    const idle = deployment('idle', { ...since, lastUsedAt: new Date('2026-12-13T10:00:00Z') })
    const unknown = deployment('unknown', since)
    expect(findingsOf({ deployments: read(used, idle, unknown) }, priced(1.7))).toMatchObject([
      {
        id: 'deployment-idle:idle',
        severity: 'warning',
        what: 'the deployment idle costs 1.70 USD an hour, about 204.00 USD in its 120 hours so far; not used for 7 days',
        basis: ON_RECORD,
        commands: [{ do: 'undeploy', deployment: 'idle' }],
      },
      { id: 'deployment-costs:used', severity: 'note', what: expect.stringContaining('not used for 1 day') },
      { id: 'deployment-costs:unknown', severity: 'note', what: expect.stringContaining('use unknown') },
    ])
  })

  it('that every use puts off is urgent only when nobody uses it', () => {
    const endsAt = new Date('2026-12-28T10:00:00Z')
    const lapsing = { endsAt, endsUnlessUsed: true as const, createdAt: new Date('2026-12-13T10:00:00Z') }
    const deployments = read(
      deployment('asked', { ...lapsing, lastUsedAt: new Date('2026-12-19T10:00:00Z') }),
      deployment('silent', { ...lapsing, lastUsedAt: new Date('2026-12-13T10:00:00Z') }),
      deployment('never-asked', lapsing),
      deployment('new', { ...lapsing, createdAt: new Date('2026-12-19T10:00:00Z') }),
      deployment('brief', { endsAt }),
    )
    const found = findingsOf({ deployments }).filter(({ kind }) => kind === 'deployment-ends')
    expect(Object.fromEntries(found.map(({ subject, severity, what }) => [subject.id, [severity, what]]))).toEqual({
      asked: ['note', 'the deployment asked answers until 2026-12-28T10:00:00Z unless it is used'],
      silent: ['urgent', 'the deployment silent answers until 2026-12-28T10:00:00Z unless it is used'],
      'never-asked': ['urgent', 'the deployment never-asked answers until 2026-12-28T10:00:00Z unless it is used'],
      new: ['note', 'the deployment new answers until 2026-12-28T10:00:00Z unless it is used'],
      brief: ['urgent', 'the deployment brief answers until 2026-12-28T10:00:00Z'],
    })
  })

  it('that was never used is idle a week after it was made', () => {
    const lapsing = { endsAt: new Date('2026-12-28T10:00:00Z'), endsUnlessUsed: true as const }
    const deployments = read(deployment('d', { ...since, ...lapsing, createdAt: new Date('2026-12-13T10:00:00Z') }))
    const idle = findingsOf({ deployments }, priced(1.7)).find(({ kind }) => kind === 'deployment-idle')
    expect(idle).toMatchObject({ severity: 'warning', what: expect.stringContaining('never used') })
  })

  it('may cost where no price is known, and that is said', () => {
    const [found, other] = findingsOf({ deployments: read(deployment('d', since), deployment('e')) })
    expect(found).toMatchObject({
      kind: 'deployment-costs',
      what: 'the deployment d may cost: nothing is on record of this offering; use unknown',
    })
    expect(other?.what).toContain('does not say how it is served')
  })

  it('that is known to be free is left alone, and one that failed is not', () => {
    const failed = deployment('d', { ...since, status: 'failed' })
    expect(findingsOf({ deployments: read(failed) }, priced(0))).toEqual([])
    expect(findingsOf({ deployments: read(failed) }, priced(2))).toMatchObject([
      { kind: 'deployment-failed', severity: 'warning', what: expect.stringContaining('has failed') },
    ])
  })
})

describe('the door of a provider', () => {
  const closing = (value: Date) => examination({ closes: { value, basis: ON_RECORD } })

  it('that closes within the horizon is urgent, and so are the jobs that still run', () => {
    const jobs = read(
      job('running'),
      job('waiting', { status: 'paused' }),
      job('done', { status: 'succeeded', finishedAt: NOW }),
    )
    expect(findingsOf({ jobs }, closing(new Date('2027-01-06')))).toMatchObject([
      { id: 'closing:acme:2027-01-06', severity: 'urgent', daysLeft: 17, what: 'acme takes new jobs until 2027-01-06' },
      { id: 'job-before-closing:running', severity: 'urgent', commands: [{ do: 'watch-job', job: 'running' }] },
      { id: 'job-before-closing:waiting', severity: 'urgent', commands: [{ do: 'resume-job', job: 'waiting' }] },
    ])
  })

  it('that has closed is said without an alarm; what still runs there is to be looked at', () => {
    expect(findingsOf({ jobs: read(job('j')) }, closing(new Date('2026-12-01')))).toMatchObject([
      { id: 'job-before-closing:j', severity: 'warning', what: expect.stringContaining('cannot be repeated') },
      { id: 'closed:acme:2026-12-01', severity: 'note', what: 'acme takes no new jobs' },
    ])
  })

  it('that closes far off alarms nobody, nor does one that closes to some', () => {
    const some = { value: new Date('2026-12-24'), basis: ON_RECORD, whom: 'those who never trained' }
    const found = findingsOf(
      {},
      examination({ closes: { value: LAST_DAY, basis: ON_RECORD }, closesForSome: [some] }, 10),
    )
    expect(found).toMatchObject([
      { severity: 'note', what: 'acme takes new jobs until 2026-12-24, for those who never trained' },
      { severity: 'note', what: 'acme takes new jobs until 2027-01-14' },
    ])
  })

  it('closes for one base model alone where the catalogue says so', () => {
    const trainingEnds = (baseModel: string) =>
      baseModel === 'old' ? { value: new Date('2026-12-31'), basis: ON_RECORD } : undefined
    const models = read(model('m', { baseModel: 'old' }), model('n', { baseModel: 'new' }))
    const jobs = read(job('a', { baseModel: 'old' }), job('b', { baseModel: 'new' }))
    expect(findingsOf({ models, jobs }, examination({ trainingEnds }))).toMatchObject([
      { id: 'training-ends:old', severity: 'urgent', what: 'old can be trained until 2026-12-31' },
      { id: 'job-before-closing:a', severity: 'urgent' },
    ])
  })
})

describe('a file that anytune staged', () => {
  const name = (id: string) => `${id}-training.jsonl`
  const file = (id: string, of: string, createdAt = '2026-12-01T00:00:00Z') =>
    dataset(id, { name: name(of), createdAt: new Date(createdAt) })
  const done = { status: 'succeeded', rawStatus: 'succeeded', finishedAt: NOW } as const

  it('is left over when no job names it and no unfinished run needs it', () => {
    const datasets = read(
      file('named', 'run-aaaaaaaaaa'),
      file('open', 'run-bbbbbbbbbb'),
      file('submitted', 'run-cccccccccc'),
      file('undecided', 'run-dddddddddd'),
      file('ended', 'run-eeeeeeeeee', '2026-12-20T09:00:00Z'),
      file('strange-old', 'run-ffffffffff'),
      file('strange-young', 'run-gggggggggg', '2026-12-20T09:00:00Z'),
      dataset('the-users-own', { name: 'train.jsonl' }),
    )
    const jobs = read(job('j', { ...done, files: [{ role: 'training', id: 'named' }] }))
    const runs = read(
      run('run-bbbbbbbbbb', 'open'),
      run('run-cccccccccc', 'submitted'),
      run('run-dddddddddd', 'needs-decision'),
      run('run-eeeeeeeeee', 'ended'),
    )
    const found = findingsOf({ datasets, jobs, runs }).filter(({ subject }) => subject.kind === 'dataset')
    expect(found.map(({ id, severity }) => `${severity} ${id}`)).toEqual([
      'warning file-left-over:ended',
      'warning file-left-over:strange-old',
      'note file-unclaimed:strange-young',
    ])
    expect(found[0]?.commands).toEqual([{ do: 'delete-dataset', dataset: 'ended' }])
    expect(found[2]?.commands).toEqual([])
  })

  it.each([
    { what: 'jobs could not be read', over: { jobs: unread() } },
    { what: 'the journal could not be read', over: { runs: unread() } },
    { what: 'a job does not name its files', over: { jobs: read(job('j', done)) } },
  ])('is not judged when $what, and that is said', ({ over }) => {
    const found = findingsOf({ datasets: read(file('f', 'run-aaaaaaaaaa')), ...over })
    expect(found).toMatchObject([{ kind: 'files-not-judged', severity: 'warning' }])
  })

  it('that expires is urgent only where a run that is not submitted yet needs it', () => {
    const expiresAt = new Date('2026-12-25')
    const datasets = read(
      { ...file('needed', 'run-bbbbbbbbbb'), expiresAt },
      { ...file('other', 'run-eeeeeeeeee'), expiresAt },
    )
    const jobs = read(job('j', { ...done, files: [{ role: 'training', id: 'other' }] }))
    const found = findingsOf({ datasets, jobs, runs: read(run('run-bbbbbbbbbb', 'open')) })
    const expiring = found.filter(({ kind }) => kind === 'file-expires')
    expect(expiring).toMatchObject([
      {
        id: 'file-expires:needed',
        severity: 'urgent',
        daysLeft: 5,
        commands: [{ do: 'resume-run', run: 'run-bbbbbbbbbb' }],
      },
      { id: 'file-expires:other', severity: 'note', daysLeft: 5 },
    ])
  })
})

describe('a run', () => {
  it('that waits for a decision, or was left before it was submitted, is told with the command that goes on', () => {
    const justNow = { createdAt: new Date('2026-12-20T09:30:00Z') }
    const runs = read(
      run('run-aaaaaaaaaa', 'needs-decision'),
      run('run-bbbbbbbbbb', 'open'),
      run('run-cccccccccc', 'open', justNow),
      run('run-dddddddddd', 'submitted'),
      run('run-eeeeeeeeee', 'succeeded'),
      run('run-ffffffffff', 'ended'),
    )
    expect(findingsOf({ runs })).toMatchObject([
      {
        id: 'run-undecided:run-aaaaaaaaaa',
        severity: 'warning',
        commands: [{ do: 'resume-run', run: 'run-aaaaaaaaaa' }],
      },
      { id: 'run-open:run-bbbbbbbbbb', severity: 'warning' },
      { id: 'run-open:run-cccccccccc', severity: 'note' },
    ])
  })
})

describe('a diagnosis', () => {
  it('names the lists that could not be read, beside what was read of them', () => {
    const diagnosis = diagnose(account({ models: { ...unread(), items: [model('m')] } }), examination())
    expect(diagnosis.unread).toMatchObject([{ list: 'models', error: { code: 'unavailable' } }])
    expect(diagnosis.models).toEqual([{ id: 'm' }])
  })

  it('tells the most urgent first, and among those the one with the least time', () => {
    const models = read(
      ...['2027-05-01', '2027-01-10', '2026-12-01', '2026-12-22'].map((until) =>
        model(until, { servedUntil: new Date(until) }),
      ),
    )
    const order = findingsOf({ models }).map(({ subject }) => subject.id)
    expect(order).toEqual(['2026-12-22', '2027-01-10', '2026-12-01', '2027-05-01'])
  })
})

function unread() {
  return { state: 'could-not-read', items: [], error: new AnytuneError('unavailable', 'no answer') } as const
}
