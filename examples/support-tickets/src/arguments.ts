import { parseArgs } from 'node:util'
import { AnytuneError } from '@anytune/core'

/** What the command line asks for. */
export interface Arguments {
  readonly help: boolean
  /** One line of JSON on standard output; what is said to people goes to standard error. */
  readonly json: boolean
  /** From 0 to 2147483647. */
  readonly seed: number
}

export const HELP = `Fine-tunes a toy model on 240 support tickets on this computer and measures what it learned.

Usage: npm start -- [options]

  --seed N   seed of the training: a whole number from 0 to ${2 ** 31 - 1} (default: 1)
  --json     print the results as one line of JSON; everything else goes to standard error
             (with npm start --silent, so that npm prints nothing of its own)
  --help     print this help

Ctrl-C cancels the training.
`

/** @throws AnytuneError `invalid-argument` naming what is not understood. */
export function parseArguments(words: readonly string[]): Arguments {
  const { help, json, seed } = parse(words)
  return { help, json, seed: parseSeed(seed) }
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        json: { type: 'boolean', default: false },
        seed: { type: 'string', default: '1' },
      },
    }).values
  } catch (error) {
    // Node.js names the option in the first sentence, and then advises on positional arguments, which there are none of.
    const [fault = 'the arguments are not understood'] = error instanceof Error ? error.message.split('. ') : []
    throw invalid(fault)
  }
}

function parseSeed(text: string): number {
  const seed = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (seed < 2 ** 31) return seed
  throw invalid('--seed must be a whole number from 0 to 2147483647')
}

function invalid(message: string): AnytuneError {
  return new AnytuneError('invalid-argument', message, { hint: 'npm start -- --help lists the options' })
}
