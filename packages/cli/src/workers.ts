import { InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { numberOption } from './options.ts'

/** `--workers`: not by itself, because each thread has a heap of its own and a large file shall need no more memory than a small one. */
export function workersOption() {
  return new Option('--workers <number>', 'threads that share the work of a large file, some 50 MB of memory each')
    .argParser((text) => {
      const value = numberOption(text)
      if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number, 0 or more.')
      return value
    })
    .default(0, 'none besides this one')
}
