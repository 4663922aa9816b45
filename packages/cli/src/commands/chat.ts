import { text as readAll } from 'node:stream/consumers'
import type { Answering, ChatOptions } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'
import { converse } from '../conversation.ts'
import { interruptible } from '../interrupt.ts'
import { openAnswering } from '../open-answering.ts'
import { withTuner } from '../open-tuner.ts'
import { countOption, numberOption } from '../options.ts'
import { safeText } from '../output/safe-text.ts'
import { examples, type Program } from '../program.ts'
import type { Cli, Session } from '../session.ts'

interface ChatFlags {
  readonly system?: string | undefined
  readonly maxTokens?: number | undefined
  readonly temperature?: number | undefined
  readonly seed?: number | undefined
}

/** `anytune chat MODEL [MESSAGE…]` */
export function addChat(program: Program, cli: Cli): void {
  program
    .command('chat')
    .description('ask a model: the message given, standard input, or a conversation on a terminal')
    .argument('<model>', 'id or reference of a fine-tuned model or a deployment')
    .argument('[message...]', 'the message (default: standard input)')
    .option('--system <text>', 'system message')
    .option('--max-tokens <count>', 'longest answer, in tokens', countOption)
    .option('--temperature <number>', '0 asks for the most likely answer', numberOption)
    .option('--seed <number>', 'seed of the choice between likely answers', numberOption)
    .addHelpText(
      'after',
      examples(
        'anytune chat my-model "My invoice is wrong."',
        'cat question.txt | anytune chat my-model --temperature 0',
        'anytune chat my-model',
      ),
    )
    .action((model, words, flags, command) =>
      cli.run(command.optsWithGlobals(), (session) => chat(session, model, words, flags)),
    )
}

async function chat(session: Session, model: string, words: readonly string[], flags: ChatFlags): Promise<void> {
  const { stdin, stdout } = session.streams
  const options = settings(flags)
  const system = flags.system === undefined ? [] : [{ role: 'system', content: flags.system } as const]
  const talks = words.length === 0 && stdin.isTTY && stdout.isTTY && !session.output.json
  // Read before anything is opened: an empty question needs no model.
  const question = talks ? '' : await questionOf(words, stdin)
  await withTuner(session, async (tuner) => {
    const answering = await openAnswering(tuner, model)
    if (talks) return converse(session, answering, system, options)
    const messages = [...system, { role: 'user', content: question } as const]
    await interruptible((signal) => answer(session, answering, model, { messages, options: { ...options, signal } }))
  })
}

function settings({ maxTokens, temperature, seed }: ChatFlags): ChatOptions {
  return {
    ...(maxTokens !== undefined && { maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(seed !== undefined && { seed }),
  }
}

async function questionOf(words: readonly string[], stdin: NodeJS.ReadStream): Promise<string> {
  const question = words.length > 0 ? words.join(' ') : stdin.isTTY ? '' : (await readAll(stdin)).trim()
  if (question.trim() !== '') return question
  throw new AnytuneError('invalid-argument', 'there is no message to send', {
    hint: 'give one after the model, or write it to standard input',
  })
}

interface Question {
  readonly messages: Parameters<Answering['chat']>[0]
  readonly options: ChatOptions
}

async function answer({ output, streams }: Session, model: Answering, id: string, asked: Question): Promise<void> {
  if (output.json) {
    output.data({ model: id, ...(await model.chat(asked.messages, asked.options)) })
    return
  }
  const { stdout } = streams
  for await (const text of model.streamChat(asked.messages, asked.options)) {
    stdout.write(stdout.isTTY ? safeText(text) : text)
  }
  stdout.write('\n')
}
