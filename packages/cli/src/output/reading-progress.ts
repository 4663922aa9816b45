import type { DatasetSource } from '@anytune/dataset'
import type { DatasetInput } from '../dataset-inputs.ts'
import type { Session } from '../session.ts'
import { createLive, type Live } from './live.ts'
import { safeLine } from './safe-text.ts'
import type { Paint } from './style.ts'
import { bytes } from './units.ts'

/** Shows on a terminal how far large files are read; elsewhere, and with `--quiet` or `--json`, it shows nothing. */
export interface ReadingProgress {
  /** The input's source, which shows how far it is read. Before each chunk is handed on, `drained` is waited for. */
  watch(input: DatasetInput, drained?: () => Promise<void>): DatasetSource
  /** Takes it away until more is read. */
  clear(): void
}

/** What takes less is read before anyone has looked. */
const WORTH_SHOWING_BYTES = 8 * 1024 * 1024

/** Always on standard error: standard output is for results. */
export function readingProgress({ streams: { stderr }, output }: Session): ReadingProgress {
  const shown = stderr.isTTY && !output.quiet && !output.json
  let live: Live | undefined
  const show = (reading: Reading) => {
    live ??= createLive(stderr, (columns) => readingLine(reading, columns, output.paintError))
    live.changed()
  }
  const clear = () => {
    live?.pause()
    live?.stop()
    live = undefined
  }
  return {
    watch({ source, size }, drained) {
      async function* open() {
        // It is opened more than once: first to tell its format.
        const reading = { name: source.name, size, read: 0 }
        clear()
        for await (const chunk of source.open()) {
          await drained?.()
          reading.read += chunk.byteLength
          if (shown && reading.read >= WORTH_SHOWING_BYTES) show(reading)
          yield chunk
        }
      }
      return { ...source, open }
    },
    clear,
  }
}

/** How far a file is read, in bytes. */
export interface Reading {
  readonly name: string
  readonly size: number | undefined
  readonly read: number
}

const BAR_COLUMNS = 30
const NAME_COLUMNS = 30

/** `train.jsonl  ███░░░  312.0 MiB/1.0 GiB  30 %`, no wider than the terminal. */
export function readingLine({ name, size, read }: Reading, columns: number, paint: Paint): string {
  const label = safeLine(name).slice(0, NAME_COLUMNS)
  if (size === undefined || size === 0) return `${label}  ${bytes(read)}`.slice(0, columns - 1)
  const share = Math.min(1, read / size)
  const after = `${bytes(read)}/${bytes(size)}  ${Math.floor(share * 100)} %`
  const room = Math.min(BAR_COLUMNS, columns - label.length - after.length - 5)
  if (room < 5) return `${label}  ${after}`.slice(0, columns - 1)
  const filled = Math.floor(share * room)
  return `${label}  ${paint('green', '█'.repeat(filled))}${paint('dim', '░'.repeat(room - filled))}  ${after}`
}
