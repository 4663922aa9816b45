import { resolve } from 'node:path'
import type { Receipt } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'
import { withTuner } from '../open-tuner.ts'
import { receiptText } from '../output/receipt-text.ts'
import { safeLine } from '../output/safe-text.ts'
import { table } from '../output/table.ts'
import type { Program } from '../program.ts'
import type { Cli, Session } from '../session.ts'
import { ownActions } from '../with-commands.ts'
import { writeText } from '../write-text.ts'

/** `anytune receipts …` */
export function addReceipts(program: Program, cli: Cli): void {
  const receipts = program.command('receipts').description('the receipts of what was purged with this configuration')
  receipts
    .command('list')
    .description('list receipts, newest first')
    .action((_options, command) => cli.run(command.optsWithGlobals(), list))
  receipts
    .command('show')
    .description('show a receipt; --json prints it as it is')
    .argument('<purge>', 'the purge’s id')
    .option('--out <file>', 'also write it to a file')
    .action((id, options, command) => cli.run(command.optsWithGlobals(), (session) => show(session, id, options.out)))
}

async function list(session: Session): Promise<void> {
  const { output } = session
  const receipts = await all(session)
  if (output.json) {
    for (const receipt of receipts) output.data(receipt)
    return
  }
  if (receipts.length === 0) return output.note('nothing was purged yet')
  const rows = receipts.map(({ id, target, provider, endedAt, complete }) => [
    id,
    `${target.kind} ${safeLine(target.id)}`,
    provider,
    endedAt,
    complete ? 'complete' : 'not complete',
  ])
  output.result(receipts, () => table(['PURGE', 'TARGET', 'PROVIDER', 'ENDED', ''], rows))
}

async function show(session: Session, id: string, out: string | undefined): Promise<void> {
  const { output, streams } = session
  const receipt = (await all(session)).find((known) => known.id === id)
  if (receipt === undefined) {
    throw new AnytuneError('not-found', `there is no receipt ${id} in the journal`, {
      hint: 'list the receipts to see which there are',
      next: ownActions({ do: 'list-receipts' }),
    })
  }
  output.result(receipt, () => receiptText(receipt, session))
  if (out !== undefined) await writeText(resolve(streams.cwd, out), `${JSON.stringify(receipt, null, 2)}\n`, out)
}

function all(session: Session): Promise<readonly Receipt[]> {
  return withTuner(session, async (tuner) => {
    const receipts: Receipt[] = []
    for await (const receipt of tuner.receipts()) receipts.push(receipt)
    return receipts
  })
}
