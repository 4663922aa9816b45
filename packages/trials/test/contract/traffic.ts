import type { Exchange } from '@anytune/emulator'
import type { Amendment } from './amendments.ts'
import { contractOf, type Contract } from './contract.ts'
import { azureSpecifications, openaiSpecification } from './specifications.ts'

/** The contracts of both vendors. */
export interface Contracts {
  readonly openai: readonly Contract[]
  readonly azure: readonly Contract[]
}

/** `left` is an amendment that is left out. */
export function contractsOf(left?: Amendment): Contracts {
  return { openai: [contractOf(openaiSpecification(left))], azure: azureSpecifications(left).map(contractOf) }
}

/** What is not as the vendors describe it, each kind of breach once, without values. */
export function breachesOf(contracts: Contracts, exchanges: readonly Exchange[]): readonly string[] {
  const breaches = exchanges.flatMap((exchange) => {
    const contract = contracts[exchange.vendor].find((one) => one.covers(exchange))
    if (contract === undefined) return [`${exchange.vendor} ${exchange.operation}: nobody describes it`]
    return contract
      .breaches(exchange)
      .map(({ operation, side, what }) => `${exchange.vendor} ${operation}, ${side} ${what.replaceAll(/\/\d+/g, '/#')}`)
  })
  return [...new Set(breaches)]
}
