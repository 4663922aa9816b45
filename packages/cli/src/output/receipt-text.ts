import type { PurgedThing, Receipt } from '@anytune/core'
import { safeLine } from './safe-text.ts'
import { type Asked, nextCommands } from '../next-command.ts'
import type { Output } from './output.ts'
import type { Paint } from './style.ts'
import { fields, table } from './table.ts'

/** A receipt for people: every thing and what became of it, and what the provider keeps all the same. */
export function receiptText(receipt: Receipt, asked: Asked & { readonly output: Pick<Output, 'paint'> }): string {
  const { things, jobs, providerKeeps, dryRun, complete } = receipt
  const rows = things.map(({ state, kind, id }) => [state, kind, safeLine(id)])
  const told = {
    purge: dryRun ? undefined : receipt.id,
    target: `${receipt.target.kind} ${safeLine(receipt.target.id)}`,
    provider: `${receipt.provider} (profile ${receipt.profile}), ${safeLine(receipt.scope)}`,
    jobs: jobs.map(
      ({ id, status, cancelled }) => `${safeLine(id)}: ${cancelled ? 'cancelled' : (status ?? 'not there any more')}`,
    ),
    begun: dryRun ? undefined : receipt.begunAt,
    ended: dryRun ? undefined : receipt.endedAt,
    'the provider keeps': providerKeeps.map(({ what, source }) => `${safeLine(what)} (${safeLine(source)})`),
    complete: dryRun ? undefined : complete ? 'yes' : 'no',
  }
  return [
    rows.length === 0 ? 'nothing to remove' : table(['STATE', 'KIND', 'ID'], rows),
    ...reasonLines(things, asked, asked.output.paint),
    fields(told),
  ].join('\n')
}

/** Why things were not removed, and what to do about it: once for all of a kind with the same reason. */
function reasonLines(things: readonly PurgedThing[], asked: Asked, paint: Paint): readonly string[] {
  const left = things.flatMap((thing) => (thing.state === 'kept' || thing.state === 'unsure' ? [thing] : []))
  const groups = Map.groupBy(left, ({ kind, reason, hint }) => JSON.stringify([kind, reason, hint]))
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const { kind, id, reason, hint } = first
    const what = group.length === 1 ? `${kind} ${safeLine(id)}` : `${group.length} ${kind}s`
    const candidates = group.flatMap((thing) => (thing.state === 'unsure' ? thing.candidates : []))
    const commands = nextCommands(
      asked,
      group.flatMap(({ next = [] }) => next),
    )
    return [
      paint('yellow', `${what}: ${safeLine(reason)}`),
      ...candidates.map((candidate) => `  candidate ${safeLine(candidate)}`),
      `  hint: ${safeLine(hint)}`,
      ...[...new Set(commands)].map((command) => `  next: ${safeLine(command)}`),
    ]
  })
}

/** What became of one thing, as one line. */
export function thingLine({ state, kind, id }: PurgedThing): string {
  return `${state}  ${kind}  ${safeLine(id)}`
}
