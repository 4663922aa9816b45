import { statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AnytuneError } from '@anytune/core/driver'
import { mayAsk } from './ask.ts'
import { Interrupted } from './interrupt.ts'
import { loadPrompts } from './prompts.ts'
import type { Session } from './session.ts'

/** What `init` needs to know; undefined is asked for. */
export interface InitAnswers {
  readonly data?: string | undefined
  readonly sensitivity?: string | undefined
  /** `local`, or a package. */
  readonly adapter: string
}

/**
 * Asks for what was not given.
 *
 * @throws AnytuneError `invalid-argument` when there is nobody to ask.
 * @throws Interrupted on Ctrl-C.
 */
export async function askChoices(
  session: Session,
  given: { readonly [Key in keyof InitAnswers]: InitAnswers[Key] | undefined },
): Promise<InitAnswers> {
  if (!mayAsk(session)) {
    throw new AnytuneError('invalid-argument', 'nobody can be asked here', {
      hint: 'give --yes, and --data, --class and --provider as far as they matter',
    })
  }
  const { select, text } = await loadPrompts()
  const { stdin, stdout, cwd } = session.streams
  const streams = { input: stdin, output: stdout }
  const answered = async (answer: Promise<string | symbol>): Promise<string> => {
    const value = await answer
    // The only symbol is that of a cancel.
    if (typeof value === 'symbol') throw new Interrupted()
    return value
  }

  const data = given.data ?? (await answered(askData()))
  const sensitivity = given.sensitivity ?? (data === '' ? undefined : await answered(askClass()))
  const adapter = given.adapter ?? (await askAdapter())
  return {
    adapter,
    ...(data !== '' && { data }),
    ...(sensitivity !== undefined && { sensitivity }),
  }

  async function askData() {
    const found = (await readdir(cwd)).filter((name) => name.endsWith('.jsonl')).sort()
    return text({
      ...streams,
      message: 'Which file holds the training data? (empty: none yet)',
      initialValue: found.find((name) => /train/i.test(name)) ?? found[0] ?? '',
      validate: (path = '') => (path === '' ? undefined : problemWith(resolve(cwd, path))),
    })
  }

  async function askClass() {
    return select({
      ...streams,
      message: 'How sensitive is it? Your word goes into every plan.',
      options: [
        { value: 'public', label: 'public' },
        { value: 'internal', label: 'internal' },
        { value: 'confidential', label: 'confidential' },
        { value: 'personal', label: 'personal', hint: 'it is about people' },
      ],
      initialValue: 'internal',
    })
  }

  async function askAdapter() {
    const choice = await answered(
      select({
        ...streams,
        message: 'Which vendor shall train?',
        options: [
          {
            value: 'local',
            label: 'local',
            hint: 'this computer: a rehearsal with a toy model; nothing is sent',
          },
          { value: '', label: 'another adapter', hint: 'a package that you name' },
        ],
      }),
    )
    if (choice !== '') return choice
    return answered(
      text({
        ...streams,
        message: 'The adapter’s package?',
        placeholder: '@acme/anytune-adapter',
        validate: (name = '') => (isPackageName(name) ? undefined : 'That is not the name of a package.'),
      }),
    )
  }
}

/** True for what `npm install` takes as a package's name. */
export function isPackageName(name: string): boolean {
  return /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/.test(name)
}

function problemWith(path: string): string | undefined {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? undefined : 'There is no such file.'
}
