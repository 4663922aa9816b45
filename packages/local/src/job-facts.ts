import { isDirectory, isSystemError, readIfThere } from './files.ts'
import type { JobFacts } from './from-job.ts'
import type { Layout } from './layout.ts'
import { isLocked } from './lock.ts'
import { hasModel } from './models.ts'
import { parseJob, parseLaunch, parseRequest, parseStatus, type LaunchRecord } from './records.ts'

/** Looks at a job without changing anything; undefined when there is no such job. */
export async function readJobFacts(layout: Layout, id: string): Promise<JobFacts | undefined> {
  const files = layout.job(id)
  if (!(await isDirectory(files.root))) return undefined
  const record = parseJob(await readIfThere(files.job))
  const launch = parseLaunch(await readIfThere(files.launch))
  const held = looksHeld(files.lock)
  // Read after the lock: a runner writes its last word before it lets go, so a free lock has no word still to come.
  const words = await readIfThere(files.status)
  const status = words === undefined ? undefined : (parseStatus(words) ?? 'damaged')
  const cancel = parseRequest(await readIfThere(files.cancel))
  const pause = parseRequest(await readIfThere(files.pause))
  const modelReady = record !== undefined && (await hasModel(layout, record.model))
  return {
    id,
    directory: files.root,
    record,
    launch,
    launching: isLaunching(launch),
    status,
    cancel,
    pause,
    held,
    modelReady,
  }
}

/** Whether a runner may still come up: until it holds the lock, it and its starter are known by their process numbers alone. */
function isLaunching(launch: LaunchRecord | undefined): boolean {
  return launch !== undefined && isAlive(launch.runner ?? launch.starter)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return isSystemError(error) && error.code === 'EPERM'
  }
}

/** A job whose lock file is damaged has no runner: one could not have started. */
function looksHeld(path: string): boolean {
  try {
    return isLocked(path)
  } catch {
    return false
  }
}
