import type { MonthlyCost } from '@anytune/core'
import type { TargetCost } from '../offline/costs.ts'
import { costText, lineText } from './plan-text.ts'
import { safeLine } from './safe-text.ts'
import type { Paint } from './style.ts'
import { fields } from './table.ts'

/** What training and serving cost, as far as it is on record. */
export function targetCostText(costs: readonly TargetCost[], paint: Paint): string {
  return costs
    .flatMap(({ offering, cost, serving }) => [
      paint('bold', safeLine(`Cost at ${offering}`)),
      fields({ cost: costText(trainingOnly(cost)) }, '  '),
      ...serving.map(({ offering: at, lines, month }) =>
        fields({ [safeLine(at)]: [...lines.map(lineText), ...(month ? [monthText(month)] : [])] }, '  '),
      ),
    ])
    .join('\n')
}

function monthText({ total, lines }: MonthlyCost): string {
  if ('unknown' in total) return safeLine(`a month of the use given: unknown: ${total.unknown}`)
  const parts = lines.flatMap((line) =>
    'unknown' in line ? [] : [`${line.item.replaceAll('-', ' ')} ${rounded(line.high)}`],
  )
  return `a month of the use given: ${rounded(total.amount)} ${total.currency} (${parts.join(', ')})`
}

/** To the cent, or as small as it is. */
function rounded(amount: number): number {
  return Number(amount >= 1 ? amount.toFixed(2) : amount.toPrecision(3))
}

/** The other lines are told with the way of serving that they are of. */
function trainingOnly(cost: TargetCost['cost']): TargetCost['cost'] {
  if (cost.kind === 'none' || cost.lines === undefined) return cost
  return { ...cost, lines: cost.lines.filter(({ item }) => item === 'training' || item === 'storage') }
}
