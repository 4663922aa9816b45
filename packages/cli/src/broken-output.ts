import { SUCCESS, UNEXPECTED } from './exit-codes.ts'

/** Streams do not keep the error of a pipe that was closed. */
const LEFT = new WeakSet<object>()

/** True when whoever read this standard output has closed it. */
export function wasLeft(stdout: object): boolean {
  return LEFT.has(stdout)
}

/**
 * From here on a standard output that cannot be written stops the command as Ctrl-C does, so that what was begun is named on
 * standard error. Gives the function that turns the command's exit code into the process's: 1 where what was said is lost.
 */
export function handleBrokenOutput({ stdout, stderr } = process): (code: number) => number {
  let broken = false
  let lost = false
  const exitCode = (code: number) => (lost ? UNEXPECTED : code)
  stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    // What is said after the first failure fails, too.
    if (broken) return
    broken = true
    // A reader that has seen enough, such as `head`, closes the pipe: nothing is wrong then.
    lost = code !== 'EPIPE'
    if (!lost) LEFT.add(stdout)
    else {
      stderr.write(`error (unknown): standard output cannot be written (${code})\n`)
      stderr.write('hint: free some space, or send it elsewhere; a run that was begun is in the list of runs\n')
    }
    if (!process.emit('SIGINT')) process.exit(exitCode(SUCCESS))
  })
  // Nobody hears remarks then, and the work goes on.
  stderr.on('error', () => {})
  return exitCode
}
