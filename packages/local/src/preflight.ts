import { constants } from 'node:fs'
import { access, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Driver, PreflightCheck } from '@anytune/core/driver'
import { findBaseModel } from './capabilities.ts'
import { isMissing, isSystemError } from './files.ts'
import type { Layout } from './layout.ts'

/**
 * Bytes a weight takes while it is trained: the value and two moments of the optimizer as 4-byte floats, in a checkpoint
 * and in the one being written beside it, and the finished model.
 */
const BYTES_PER_WEIGHT = 4 * 3 * 2 + 4

/** Room for datasets, events and the file system itself. */
const SPARE_BYTES = 64 * 1024 * 1024

/** Looks whether the data directory can be written and has room; changes nothing. */
export function preflightOf(layout: Layout): NonNullable<Driver['preflight']> {
  return async ({ baseModel }) => {
    const place = await existingPart(layout.root)
    const writable = await checkWritable(place)
    return writable.result === 'passed' ? [writable, await checkSpace(place, baseModel)] : [writable]
  }
}

/** The data directory, or what there is of its path. */
async function existingPart(path: string): Promise<string> {
  try {
    await stat(path)
    return path
  } catch (error) {
    if (isMissing(error) && dirname(path) !== path) return existingPart(dirname(path))
    return path
  }
}

async function checkWritable(place: string): Promise<PreflightCheck> {
  const id = 'data-directory'
  try {
    if (!(await stat(place)).isDirectory()) {
      const hint = 'choose another directory, or move the file away'
      return { id, result: 'failed', message: `the data directory cannot be made: ${place} is a file`, hint }
    }
    await access(place, constants.W_OK | constants.X_OK)
    return { id, result: 'passed', message: `the data directory can be written` }
  } catch (error) {
    const reason = isSystemError(error) ? error.code : 'unknown reason'
    const hint = 'give this user the right to write there, or choose another directory'
    return { id, result: 'failed', message: `the data directory cannot be written: ${place} (${reason})`, hint }
  }
}

async function checkSpace(place: string, baseModel: string): Promise<PreflightCheck> {
  const id = 'disk-space'
  const needed = (findBaseModel(baseModel)?.parameters ?? 0) * BYTES_PER_WEIGHT + SPARE_BYTES
  try {
    const { bavail, bsize } = await statfs(place)
    const free = bavail * bsize
    const message = `${megabytes(free)} MB are free where the data directory is; ${megabytes(needed)} MB are needed`
    if (free >= needed) return { id, result: 'passed', message }
    return { id, result: 'failed', message, hint: 'free some space, or choose another directory' }
  } catch {
    return { id, result: 'could-not-read', message: 'how much disk space is free could not be read' }
  }
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1e6)
}
