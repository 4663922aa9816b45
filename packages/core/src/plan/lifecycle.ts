import { daysUntil, type EndRecord, type LifetimeRecord } from '@anytune/catalogue'
import type { PlanWarning } from '../support.ts'
import type { Finding } from './allow.ts'
import { evidenceOf, type PlanEvidence, saidBy } from './evidence.ts'
import type { OnRecord } from './on-record.ts'

/** What is on record against starting a job now: the offering is closed to everybody, or the base model to training. */
export function closedFindings({ training, model, now }: OnRecord, baseModel: string): readonly Finding[] {
  const closed = (subject: string, date: string, evidence: PlanEvidence): Finding => ({
    id: 'closed-to-new-jobs',
    severity: 'error',
    code: 'closed-to-new-jobs',
    message: `${subject} takes no new jobs since ${date} (${saidBy(evidence)})`,
    hint: 'choose another provider or base model; what was tuned before can still be listed, exported and deleted',
    data: { closedFrom: date },
    evidence,
  })
  const everybody = training.record?.closures.filter(({ appliesTo }) => 'everybody' in appliesTo) ?? []
  const end = model?.trainableUntil
  return [
    ...everybody
      .filter(({ closedFrom }) => daysUntil(closedFrom, now) <= 0)
      .map((closure) => closed(training.offering.title, closure.closedFrom, evidenceOf(closure, now))),
    ...(end !== undefined && end.certainty === 'on' && daysUntil(end.date, now) <= 0
      ? [closed(`training on ${baseModel}`, end.date, evidenceOf(end, now))]
      : []),
  ]
}

/** Ends to come, doors that may be shut for this account, and what the provider deletes by itself. */
export function lifecycleWarnings(known: OnRecord, baseModel: string): readonly PlanWarning[] {
  const { model } = known
  return [
    ...closureWarnings(known),
    ...(model?.trainableUntil ? trainingEnds(model.trainableUntil, baseModel, known.now) : []),
    ...(model?.tunedServedUntil ? servingEnds(model.tunedServedUntil, baseModel, known.now) : []),
    ...lifetimeWarnings(known),
  ]
}

/** `YYYY-MM-DD`, or why no date is known. */
export function servableUntil({ model, now }: OnRecord): string {
  const end = model?.tunedServedUntil
  if (end === undefined) return 'unknown'
  const { age, ageDays } = evidenceOf(end, now)
  if (age === 'too-old') return `unknown: the record is ${ageDays} days old`
  return end.certainty === 'on' ? end.date : `unknown: not before ${end.date}`
}

function closureWarnings({ training, now }: OnRecord): readonly PlanWarning[] {
  const { title } = training.offering
  return (training.record?.closures ?? []).flatMap((closure): readonly PlanWarning[] => {
    const { closedFrom: date, appliesTo } = closure
    const evidence = evidenceOf(closure, now)
    const left = daysUntil(date, now)
    if ('only' in appliesTo) {
      const [id, tense] = left > 0 ? ['closes-to-some', 'will take'] : ['closed-to-some', 'takes']
      const since = left > 0 ? `from ${date} on` : `since ${date}`
      const message = `${title} ${tense} no new jobs ${since} from ${appliesTo.only} (${saidBy(evidence)})`
      return [{ id, message, evidence }]
    }
    // That it is closed already is a finding.
    if (left <= 0) return []
    const message = `${title} takes no new jobs from ${date} on: ${days(left)} left (${saidBy(evidence)})`
    return [{ id: 'closes-to-new-jobs', message, evidence }]
  })
}

function trainingEnds(end: EndRecord, baseModel: string, now: Date): readonly PlanWarning[] {
  const evidence = evidenceOf(end, now)
  const left = daysUntil(end.date, now)
  const earliest = end.certainty === 'not-before'
  if (left <= 0 && !earliest) return []
  const when = left > 0 ? `${days(left)} until then` : 'that day has come'
  const from = earliest ? `at some time not before ${end.date}` : `on ${end.date}`
  const message = `training on ${baseModel} ends ${from}: ${when} (${saidBy(evidence)})${noted(end.note)}`
  return [{ id: 'training-ends', message, evidence }]
}

function servingEnds(end: EndRecord, baseModel: string, now: Date): readonly PlanWarning[] {
  const evidence = evidenceOf(end, now)
  const left = daysUntil(end.date, now)
  const from = end.certainty === 'not-before' ? `at some time not before ${end.date}` : `on ${end.date}`
  const when = left > 0 ? `${days(left)} left` : 'that day has come'
  const message = `models tuned from ${baseModel} stop answering ${from}: ${when} (${saidBy(evidence)})${noted(end.note)}`
  return [{ id: 'serving-ends', message, evidence }]
}

const COUNTED: Readonly<Record<LifetimeRecord['counted'], string>> = {
  'from-creation': 'after it was made',
  'without-use': 'without use',
}

function lifetimeWarnings({ serving, now }: OnRecord): readonly PlanWarning[] {
  return (serving.record?.lifetimes ?? []).map((lifetime) => {
    const evidence = evidenceOf(lifetime, now)
    const { id, thing, afterHours, counted, note } = lifetime
    const after = afterHours > 48 && afterHours % 24 === 0 ? `${afterHours / 24} days` : `${afterHours} hours`
    const when = counted === 'from-creation' ? `${after} ${COUNTED[counted]}` : `after ${after} ${COUNTED[counted]}`
    const message = `${serving.offering.title}: the provider deletes a ${thing} ${when} (${saidBy(evidence)})${noted(note)}`
    return { id, message, evidence }
  })
}

function noted(note: string | undefined): string {
  return note === undefined ? '' : `. ${note}`
}

function days(count: number): string {
  return count === 1 ? '1 day' : `${count} days`
}
