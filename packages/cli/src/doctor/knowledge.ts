import {
  ageOf,
  findModel,
  findOffering,
  hourlyCost,
  type Catalogue,
  type EndRecord,
  type Evidence,
} from '@anytune/catalogue'
import type { Basis, Knowledge, KnownEnd } from './known.ts'

/** What a catalogue knows of the offering that trains. Records too old to rely on count as unknown. */
export function knowledgeFrom(catalogue: Catalogue, trainingOffering: string, now: Date): Knowledge {
  const offering = findOffering(catalogue, trainingOffering)
  const closures = (offering?.closures ?? []).flatMap((closure) => {
    const known = knownEnd({ ...closure, date: closure.closedFrom, certainty: 'on' }, now)
    return known === undefined ? [] : [{ known, appliesTo: closure.appliesTo }]
  })
  const modelOf = (baseModel: string) => offering && findModel(offering, baseModel)
  return {
    closes: earliest(closures.flatMap(({ known, appliesTo }) => ('everybody' in appliesTo ? [known] : []))),
    closesForSome: closures.flatMap(({ known, appliesTo }) =>
      'only' in appliesTo ? [{ ...known, whom: appliesTo.only }] : [],
    ),
    trainingEnds: (baseModel) => knownEnd(modelOf(baseModel)?.trainableUntil, now),
    servingEnds: (baseModel) => knownEnd(modelOf(baseModel)?.tunedServedUntil, now),
    deploymentLifetimes: (serving) =>
      (findOffering(catalogue, serving)?.lifetimes ?? [])
        .filter((record) => record.thing === 'deployment' && ageOf(record, now).state !== 'too-old')
        .map((record) => ({
          value: { hours: record.afterHours },
          counted: record.counted,
          basis: basisOf(record, now),
        })),
    hourlyPrice(serving) {
      const found = hourlyCost(catalogue, serving, now)
      if (found.kind === 'unknown') return { unknown: found.reason }
      const { amount, currency } = found.price
      return { value: { amount, currency }, basis: basisOf(found.price, now) }
    },
  }
}

/** The first of several ends. */
export function earliest<E extends KnownEnd>(ends: readonly E[]): E | undefined {
  return ends.toSorted((one, other) => one.value.getTime() - other.value.getTime())[0]
}

function knownEnd(record: EndRecord | undefined, now: Date): KnownEnd | undefined {
  if (record === undefined || ageOf(record, now).state === 'too-old') return undefined
  return {
    value: new Date(record.date),
    basis: basisOf(record, now),
    ...(record.certainty === 'not-before' && { notBefore: true as const }),
  }
}

function basisOf(record: Evidence, now: Date): Basis {
  const { source, grade, note } = record
  const age = ageOf(record, now)
  return {
    by: 'catalogue',
    source,
    grade,
    ...(note !== undefined && { note }),
    ...(age.state === 'stale' && { staleDays: age.days }),
  }
}
