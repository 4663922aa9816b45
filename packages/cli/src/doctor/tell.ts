import type { AnytuneError } from '@anytune/core/driver'
import { errorData, errorText } from '../failure.ts'
import { nextCommands } from '../next-command.ts'
import { statusText } from '../output/progress.ts'
import { safeLine } from '../output/safe-text.ts'
import { table } from '../output/table.ts'
import { bytes, integer, moment } from '../output/units.ts'
import type { Session } from '../session.ts'
import { LISTS } from './account.ts'
import type { Diagnosis, Looked } from './diagnose.ts'
import type { Finding, Severity } from './finding.ts'
import type { End } from './known.ts'
import { basisText, costText, day, usedText } from './words.ts'

/** Tells all that an account holds, with the time left for each, and then what was found. */
export function tellDiagnosis(session: Session, diagnosis: Diagnosis, now: Date): void {
  const { output } = session
  const { profile, provider, scope, findings, unread } = diagnosis
  output.result({ type: 'account', profile, provider, scope, at: now }, () =>
    output.paint('bold', `${profile}  (${provider}, ${safeLine(scope)})`),
  )
  for (const list of LISTS) {
    if (list === 'runs') continue
    const items = diagnosis[list]
    if (output.json) for (const item of items) output.data({ type: SINGULAR[list], profile, ...item })
    else if (items.length > 0) output.result(items, () => `\n${table(...tableOf(diagnosis, list, now))}`)
  }
  for (const { list, error } of unread) {
    output.data({ type: 'could-not-read', profile, list, error: errorData(error, session) })
    output.complaint(`${list} could not be read to the end:\n${errorText(error, session)}`)
  }
  if (findings.length > 0 && !output.json) output.result(findings, () => '')
  for (const finding of findings) {
    const commands = nextCommands(session, finding.commands)
    output.result({ type: 'finding', profile, ...finding, commands }, () =>
      findingText(output.paint, finding, commands),
    )
  }
}

/** Tells that an account could not be looked at. */
export function tellUnreadable(session: Session, profile: string, error: AnytuneError): void {
  const { output } = session
  output.data({ type: 'could-not-read', profile, error: errorData(error, session) })
  output.complaint(`${profile} could not be looked at:\n${errorText(error, session)}`)
}

/** The last line: how much there is, and whether all of it was seen. */
export function tellResult({ output }: Session, looked: readonly Looked[], withinDays: number): void {
  const profiles = looked.map((look) =>
    'error' in look ? { profile: look.profile, error: look.error.code } : summary(look.diagnosis),
  )
  const findings = looked.flatMap((look) => ('error' in look ? [] : look.diagnosis.findings))
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length
  const counts = { urgent: count('urgent'), warning: count('warning'), note: count('note') }
  const complete = looked.every((look) => 'diagnosis' in look && look.diagnosis.unread.length === 0)
  output.result({ type: 'result', profiles, withinDays, findings: counts, complete }, () => {
    const ends =
      counts.urgent === 0
        ? 'nothing is known to end'
        : `${integer(counts.urgent)} ${counts.urgent === 1 ? 'ends' : 'end'}`
    const rest = `${integer(counts.warning)} to look at, ${integer(counts.note)} good to know`
    const seen = complete ? '' : '; not everything could be read, so there may be more'
    return `\n${ends} within ${integer(withinDays)} days; ${rest}${seen}`
  })
}

const SINGULAR = { datasets: 'dataset', jobs: 'job', models: 'model', deployments: 'deployment' } as const
type Listed = keyof typeof SINGULAR

type Rows = readonly [headings: readonly string[], rows: readonly (readonly string[])[]]

function tableOf(diagnosis: Diagnosis, list: Listed, now: Date): Rows {
  return TABLES[list](diagnosis, now)
}

const TABLES: Readonly<Record<Listed, (diagnosis: Diagnosis, now: Date) => Rows>> = {
  datasets: ({ datasets }) => [
    ['FILE', 'NAME', 'SIZE', 'CREATED', ...END_HEADINGS],
    datasets.map(({ id, name, bytes: size, createdAt, end }) => [
      safeLine(id),
      safeLine(name ?? ''),
      size === undefined ? '' : bytes(size),
      dateCell(createdAt),
      ...endCells(end),
    ]),
  ],
  jobs: ({ jobs }) => [
    ['JOB', 'STATUS', 'BASE MODEL', 'CREATED', 'MODEL'],
    jobs.map(({ id, status, rawStatus, baseModel, createdAt, model }) => [
      safeLine(id),
      statusText(status, rawStatus),
      safeLine(baseModel ?? ''),
      dateCell(createdAt),
      safeLine(model ?? ''),
    ]),
  ],
  models: ({ models }) => [
    ['MODEL', 'BASE MODEL', 'CREATED', ...END_HEADINGS],
    models.map(({ id, baseModel, createdAt, end }) => [
      safeLine(id),
      safeLine(baseModel ?? ''),
      dateCell(createdAt),
      ...endCells(end),
    ]),
  ],
  deployments: ({ deployments }, now) => [
    ['DEPLOYMENT', 'STATUS', 'MODEL', 'COST', 'USE', ...END_HEADINGS],
    deployments.map((deployment) => [
      safeLine(deployment.id),
      statusText(deployment.status, deployment.rawStatus),
      safeLine(deployment.model ?? ''),
      costText(deployment.cost),
      usedText(deployment, now),
      ...endCells(deployment.end),
    ]),
  ],
}

const END_HEADINGS = ['DAYS LEFT', 'UNTIL', 'ACCORDING TO'] as const

function endCells(end: End | undefined): readonly string[] {
  if (end === undefined) return ['unknown', '', '']
  const { at, daysLeft, basis, notBefore, unlessUsed } = end
  const who = basis.by === 'provider' ? 'the provider' : `the catalogue (${basis.grade})`
  const reserve = notBefore ? ' at least' : unlessUsed ? ' unless used' : ''
  return [daysLeft <= 0 ? 'over' : integer(daysLeft), `${day(at)}${reserve}`, who]
}

function dateCell(date: Date | undefined): string {
  return date === undefined ? '' : moment(date)
}

const COLORS = { urgent: 'red', warning: 'yellow', note: 'dim' } as const satisfies Readonly<Record<Severity, string>>

function findingText(paint: Session['output']['paint'], finding: Finding, commands: readonly string[]): string {
  const { severity, what, daysLeft, basis } = finding
  const left =
    daysLeft === undefined || daysLeft <= 0 ? '' : `${integer(daysLeft)} ${daysLeft === 1 ? 'day' : 'days'} left: `
  const source = basisText(basis)
  const lines = [`${paint(COLORS[severity], severity.padEnd(7))}  ${left}${safeLine(what)}`]
  if (source !== '') lines.push(`         ${paint('dim', safeLine(source))}`)
  return [...lines, ...commands.map((command) => `         ${safeLine(command)}`)].join('\n')
}

function summary({ profile, provider, scope, unread, ...held }: Diagnosis): Readonly<Record<string, unknown>> {
  const counts = Object.fromEntries(
    LISTS.map((list) => [list, list === 'runs' ? held.runs.items.length : held[list].length]),
  )
  const undated = held.models.filter(({ end }) => end === undefined).length
  return { profile, provider, scope, ...counts, modelsWithoutEnd: undated, unread: unread.map(({ list }) => list) }
}
