import { randomUUID } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import type { ChatOptions } from '@anytune/core'
import { AnytuneError } from '@anytune/core/driver'
import { cannotWrite } from '../write-text.ts'
import type { Tally } from './answer-file.ts'
import type { Survey } from './survey.ts'

/** What was asked of whom, beside the answers: with it a later comparison can be exact. */
export interface RecordManifest {
  readonly kind: 'anytune-record'
  readonly version: 1
  /** Version of anytune that began it. */
  readonly anytune: string
  readonly provider: string
  /** Of the model or deployment that was asked. */
  readonly reference: string
  /** The model's id; of a deployment, the one it serves, where the provider says so. */
  readonly model: string
  /** Absent ones were the provider's own. */
  readonly settings: Omit<ChatOptions, 'signal'>
  /** The prompts file as a whole; `name` is what it was called. */
  readonly prompts: Pick<Survey, 'bytes' | 'sha256'> & {
    readonly name: string
    readonly questions: number
    readonly rejected: Pick<Survey['rejected'], 'count' | 'byRule'>
  }
  readonly answers: Tally
  /** ISO 8601. */
  readonly startedAt: string
  readonly updatedAt: string
  /** True when there is a line for every question. */
  readonly complete: boolean
}

/** Where the manifest of an answers file lies. */
export function manifestPath(answers: string): string {
  return `${answers}.manifest.json`
}

/**
 * The manifest of an earlier run of the same recording; undefined when there is none.
 *
 * @throws AnytuneError `failed-precondition` for a file that is something else.
 */
export async function readManifest(path: string, shown: string): Promise<RecordManifest | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw cannotWrite(shown, error)
  })
  if (text === undefined) return undefined
  const manifest = parsed(text)
  if (manifest?.kind === 'anytune-record' && manifest.version === 1) return manifest
  throw new AnytuneError('failed-precondition', `${shown} is not the manifest of a recording that this version reads`, {
    hint: 'name another file with --out; what is there is left as it is',
  })
}

/** What must be the same for a recording to be gone on with, in words, and how to read it. */
const SAME: Readonly<Record<string, (manifest: RecordManifest) => unknown>> = {
  'the model or deployment': ({ reference }) => reference,
  'the prompts file': ({ prompts }) => prompts.sha256,
  '--max-tokens': ({ settings }) => settings.maxTokens,
  '--temperature': ({ settings }) => settings.temperature,
  '--seed': ({ settings }) => settings.seed,
}

/** @throws AnytuneError `failed-precondition` naming what is not as it was when the recording began. */
export function assertSameRecording(earlier: RecordManifest, now: RecordManifest, shown: string): void {
  const changed = Object.entries(SAME).filter(([, of]) => of(earlier) !== of(now))
  if (changed.length === 0) return
  const what = changed.map(([name]) => name).join(', ')
  throw new AnytuneError('failed-precondition', `${shown} was begun with something else: ${what}`, {
    hint: 'name another file with --out, or ask as it was begun to go on with it',
    data: { changed: changed.map(([name]) => name) },
  })
}

/** Replaces the manifest as a whole; it is on disk when this resolves. @throws AnytuneError `invalid-argument`. */
export async function writeManifest(path: string, manifest: RecordManifest, shown: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}`
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(`${JSON.stringify(manifest, null, 2)}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    // Only the file system is asked for anything here.
    throw cannotWrite(shown, error as NodeJS.ErrnoException)
  }
}

function parsed(text: string): RecordManifest | undefined {
  try {
    // `kind` and `version` say whether it is one.
    return JSON.parse(text) as RecordManifest
  } catch {
    return undefined
  }
}
