import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { replaceFile } from '../files.ts'
import type { JobLayout } from '../layout.ts'
import { LocalError } from '../local-error.ts'
import type { LaunchRecord } from '../records.ts'

/** Starts a job's runner as a process of its own, which outlives this one and its terminal; resolves once it exists. */
export async function launchRunner(files: JobLayout, launch: LaunchRecord): Promise<void> {
  try {
    await start(files, launch)
  } catch (cause) {
    const message = 'the process that trains the job could not be started'
    throw new LocalError('unavailable', message, 'the job is kept, and can be resumed', { cause })
  }
}

/** The record of a runner that this process starts now. */
export function launchNow(): LaunchRecord {
  return { version: 1, at: new Date().toISOString(), starter: process.pid }
}

async function start(files: JobLayout, launch: LaunchRecord): Promise<void> {
  const entry = fileURLToPath(import.meta.resolve('#runner'))
  const log = openSync(files.log, 'a')
  try {
    const child = spawn(process.execPath, [...conditionFlags(process.execArgv), entry, files.root], {
      detached: true,
      stdio: ['ignore', log, log],
      windowsHide: true,
    })
    await once(child, 'spawn')
    child.unref()
    if (child.pid !== undefined)
      await replaceFile(files.launch, JSON.stringify({ ...launch, runner: child.pid }), { durable: false })
  } finally {
    closeSync(log)
  }
}

/** The flags that decide which files an import means; others, such as a debugger's port, are this process's own. */
export function conditionFlags(flags: readonly string[]): readonly string[] {
  return flags.flatMap((flag, index) => {
    const separate = flag === '-C' || flag === '--conditions'
    if (separate) return [flag, flags[index + 1] ?? ''].slice(0, 2)
    return flag.startsWith('--conditions=') ? [flag] : []
  })
}
