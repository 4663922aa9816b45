import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { bytesSource, type Example, fileSource, readExamples, type DatasetSource } from '@anytune/dataset'
import type { StagedDataset, StagingFile } from '@anytune/core/driver'
import type { Account } from '../account.ts'
import { inventory, withoutCalls } from '../effects.ts'
import { collect, contextOf, eventually, everythingSaid, refusal, rejection, unlessGone } from '../expect.ts'
import { SECRET_OF_NAMES } from '../files.ts'
import { SECRET_OF_ROWS } from '../rows.ts'
import type { Suite, Topic } from '../suite.ts'

/** What is staged is what was planned: every row, every byte, or nothing at all. */
export const datasets: Topic = (suite) => [
  { name: 'the vendor holds the bytes that were planned', run: () => holdsThePlan(suite) },
  suite.harness.storedBytes === undefined
    ? { name: 'rows in are rows out', unchecked: 'the harness has no storedBytes' }
    : { name: 'rows in are rows out', run: () => rowsOut(suite) },
  suite.driver.datasets.read === undefined
    ? { name: 'reading a dataset back is unsupported, with zero calls', run: () => refusesRead(suite) }
    : { name: 'a job’s training file is read back as it was planned', run: () => readsBack(suite) },
  { name: 'bytes that arrive one by one are staged whole', run: () => oneByOne(suite) },
  { name: 'a stream that breaks off leaves no dataset', run: () => leavesNothing(suite, brokenOff) },
  { name: 'a stream that is not the planned one leaves no dataset', run: () => leavesNothing(suite, altered) },
  ...(suite.driver.datasets.abandon === undefined
    ? []
    : [{ name: 'abandoning an upload can be repeated, and needs no memory of it', run: () => abandons(suite) }]),
  { name: 'an empty dataset is refused, with zero calls', run: () => refusesEmpty(suite) },
  { name: 'a row that cannot be used is refused by its line, with zero calls', run: () => refusesBadRow(suite) },
  { name: 'the name of the user’s file stays with the user', run: () => keepsNames(suite) },
  suite.driver.datasets.delete === undefined
    ? { name: 'deleting a dataset is unsupported, with zero calls', run: () => refusesDelete(suite) }
    : { name: 'a deleted dataset is gone', run: () => deletes(suite) },
]

async function holdsThePlan(suite: Suite): Promise<void> {
  const { account, run, spec } = await suite.finished()
  const [planned] = run.plan.datasets
  const staged = await account.driver.datasets.get(spec.training, contextOf())
  assert.equal(staged.id, spec.training)
  assert.equal(staged.status, 'ready')
  if (staged.bytes !== undefined) assert.equal(staged.bytes, planned?.encoded.bytes, 'bytes at the vendor')
  if (staged.sha256 !== undefined) assert.equal(staged.sha256, planned?.encoded.sha256, 'digest at the vendor')
  const stored = await suite.harness.storedBytes?.(account.made, spec.training)
  if (stored !== undefined) assert.equal(sha256(stored), planned?.encoded.sha256, 'digest of what the vendor holds')
  const proofs = [staged.bytes, staged.sha256, stored].filter((proof) => proof !== undefined)
  assert.ok(proofs.length > 0, 'nothing tells what the vendor holds: report bytes, or give storedBytes in the harness')
}

async function rowsOut(suite: Suite): Promise<void> {
  const { account, run, spec } = await suite.finished()
  const [planned] = run.plan.datasets
  assert.ok(planned?.path, 'the plan names its training file')
  const stored = await suite.harness.storedBytes?.(account.made, spec.training)
  assert.ok(stored)
  const given = await examples(fileSource(planned.path))
  assert.deepEqual(await examples(bytesSource('stored', stored)), given)
  assert.equal(given.length, planned.encoded.rows)
}

async function readsBack(suite: Suite): Promise<void> {
  const { account, run, spec, job } = await suite.finished()
  const training = job.files?.find(({ role }) => role === 'training')?.id
  assert.equal(training, spec.training, 'a job names the training file that it was given')
  const hash = createHash('sha256')
  for await (const bytes of account.tuner.datasets.read(spec.training)) hash.update(bytes)
  assert.equal(hash.digest('hex'), run.plan.datasets[0]?.encoded.sha256)
  await refusal('reading a dataset that is not there', 'not-found', () =>
    collect(account.tuner.datasets.read('conformance-no-such-dataset')),
  )
}

async function refusesRead(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    await withoutCalls(account, 'reading a dataset', () =>
      refusal('reading a dataset', 'unsupported', () => collect(account.tuner.datasets.read('any'))),
    )
  })
}

async function oneByOne(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    await account.onStaging(suite.method, async ({ file, attempt, permit, context }) => {
      const slowly: StagingFile = { ...file, open: () => bytewise(file.open()) }
      const { id } = await account.driver.datasets.create(slowly, attempt, permit, context)
      const staged = await ready(suite, account, id)
      if (staged.bytes !== undefined) assert.equal(staged.bytes, file.bytes)
      const stored = await suite.harness.storedBytes?.(account.made, id)
      if (stored !== undefined) assert.equal(sha256(stored), file.sha256)
    })
  })
}

async function leavesNothing(suite: Suite, spoil: (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>) {
  await suite.onFresh(async (account) => {
    await account.onStaging(suite.method, async ({ file, attempt, permit, context }) => {
      const spoilt: StagingFile = { ...file, open: () => spoil(file.open()) }
      const staged = () => account.driver.datasets.create(spoilt, attempt, permit, context)
      const error = await rejection('a dataset whose stream ends in an error', staged)
      assert.ok(!everythingSaid(error).includes(SECRET_OF_ROWS), 'an error must not carry the content of rows')
      const found = await account.driver.datasets.find(file, attempt, contextOf())
      assert.notEqual(found.state, 'found', 'a dataset whose stream ended in an error must not be kept')
    })
    assert.deepEqual(await inventory(account), [])
  })
}

async function abandons(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    await account.onStaging(suite.method, async ({ file, attempt, permit, context }) => {
      const spoilt: StagingFile = { ...file, open: () => brokenOff(file.open()) }
      await rejection('a broken stream', () => account.driver.datasets.create(spoilt, attempt, permit, context))
      const { driver } = await account.otherProcess()
      const { key, since } = attempt
      await driver.datasets.abandon?.({ name: file.name }, { key, since }, contextOf())
      await driver.datasets.abandon?.({ name: file.name }, { key, since }, contextOf())
      await driver.close?.()
    })
    assert.deepEqual(await inventory(account), [])
  })
}

async function refusesEmpty(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    const request = { ...(await account.request(suite.method)), training: await suite.files.write([]) }
    await withoutCalls(account, 'an empty dataset', () =>
      refusal('an empty dataset', 'dataset-invalid', () => account.tuner.plan(request)),
    )
  })
}

async function refusesBadRow(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    const request = await account.request(suite.method)
    const bad = { messages: [{ role: 'nobody', content: SECRET_OF_ROWS }] }
    const rows = [...(await plainRows(request.training)), bad]
    const spoilt = { ...request, training: await suite.files.write(rows) }
    const error = await withoutCalls(account, 'a dataset with a bad row', () =>
      refusal('a dataset with a bad row', 'dataset-invalid', () => account.tuner.plan(spoilt)),
    )
    const said = everythingSaid(error)
    assert.match(said, new RegExp(`"line":${rows.length}\\b`), 'the error names the line')
    assert.ok(!said.includes(SECRET_OF_ROWS), 'an error must not carry the content of rows')
  })
}

async function keepsNames(suite: Suite): Promise<void> {
  const { account, job, spec, files } = await suite.finished()
  const staged = await account.driver.datasets.get(spec.training, contextOf())
  for (const [what, value] of Object.entries({ files, staged, job, spec })) {
    assert.ok(!JSON.stringify(value).includes(SECRET_OF_NAMES), `${what} must not carry the name of the user's file`)
  }
}

async function deletes(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    const { training } = await account.prepareJob(suite.method)
    await account.tuner.datasets.delete(training)
    await refusal('a deleted dataset', 'not-found', () => account.tuner.datasets.get(training))
    await unlessGone(() => account.tuner.datasets.delete(training))
    const left = await collect(account.tuner.datasets.list())
    assert.ok(!left.some(({ id }) => id === training), 'a deleted dataset is not listed')
  })
}

async function refusesDelete(suite: Suite): Promise<void> {
  await suite.onFresh(async (account) => {
    await withoutCalls(account, 'deleting a dataset', () =>
      refusal('deleting a dataset', 'unsupported', () => account.tuner.datasets.delete('any')),
    )
  })
}

/** Waits until the vendor has looked through a dataset. */
async function ready(suite: Suite, { driver }: Account, id: string): Promise<StagedDataset> {
  const staged = await eventually(`dataset ${id} to be read`, suite.withinMs, async () => {
    const now = await driver.datasets.get(id, contextOf())
    return now.status === 'processing' ? undefined : now
  })
  assert.equal(staged.status, 'ready', staged.failure)
  return staged
}

async function* bytewise(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  // One buffer for all, as a reader may use: a driver that keeps it instead of its bytes stages something else.
  const one = new Uint8Array(1)
  for await (const chunk of bytes) {
    for (const byte of chunk) {
      one[0] = byte
      yield one
    }
  }
}

async function* brokenOff(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    yield chunk.subarray(0, chunk.byteLength / 2)
    throw new Error('the file cannot be read any more')
  }
}

/** As core does it: the difference is known at the end, when everything has been handed over. */
async function* altered(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) yield chunk.map((byte) => (byte === 0x65 ? 0x45 : byte))
  throw new Error('the dataset has changed since the plan was made')
}

async function examples(source: DatasetSource): Promise<readonly Example[]> {
  const rows = await collect(readExamples(source))
  return rows.map((row) => {
    assert.ok(row.example, `row ${row.line} cannot be read: ${row.rejection?.rule}`)
    return row.example
  })
}

async function plainRows(training: unknown): Promise<readonly object[]> {
  assert.ok(typeof training === 'string')
  const rows: object[] = []
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of fileSource(training).open()) text += decoder.decode(chunk, { stream: true })
  for (const line of text.split('\n')) if (line !== '') rows.push(JSON.parse(line))
  return rows
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
