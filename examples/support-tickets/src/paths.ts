import { isAbsolute, join, relative, sep } from 'node:path'

/** A path as one would write it: short when it lies under the working directory. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path)
  return short === '' || short.startsWith('..') || isAbsolute(short) ? path : short
}

/** What to type to ask the fine-tuned model, from the working directory. */
export function nextCommand(exampleDirectory: string, model: string): string {
  const program = shownPath(join(exampleDirectory, '..', '..', 'node_modules', '.bin', 'anytune'))
  const config = shownPath(join(exampleDirectory, 'anytune.config.ts'))
  const words = [isAbsolute(program) ? program : `.${sep}${program}`, 'chat', model, QUESTION, '--config', config]
  return words.map((word) => (/\s/.test(word) ? `"${word}"` : word)).join(' ')
}

/** It is in neither file of tickets. */
const QUESTION = 'The Lumi alarm stayed silent again this morning.'
