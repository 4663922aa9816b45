import { open, type FileHandle } from 'node:fs/promises'

/** One file as it was written. */
export interface Written {
  /** What it is a copy of: `job:ftjob-1#events`, `file:file-7`. */
  readonly source: string
  /** From the folder of the export, with `/` on every system. */
  readonly path: string
  readonly bytes: number
  /** Lower-case hex. */
  readonly sha256: string
  /** Set when the provider serves it encoded; it is written decoded. */
  readonly servedAs?: 'base64'
}

/** Whose export a folder holds. */
export interface Owner {
  readonly provider: string
  readonly scope: string
}

/** What was written into a folder, noted before each file gets its name: whatever has a name and is not noted is somebody else's. */
export interface Ledger {
  /** Undefined: the ledger is new. */
  readonly owner: Owner | undefined
  readonly entries: readonly Written[]
  own(owner: Owner): Promise<void>
  note(entry: Written): Promise<void>
  close(): Promise<void>
}

const TYPE = 'anytune-export'
const VERSION = 1

/** Opens the ledger, or makes one. A line that a crash cut short is dropped: its file never got its name. */
export async function openLedger(path: string): Promise<Ledger> {
  const file = await open(path, 'a+', 0o600)
  try {
    const [header, ...lines] = await wholeLines(file)
    const entries: Written[] = lines.flatMap((line) => asWritten(line) ?? [])
    const append = async (value: unknown) => {
      await file.appendFile(`${JSON.stringify(value)}\n`)
      await file.datasync()
    }
    return {
      owner: ownerOf(header),
      entries,
      own: ({ provider, scope }) => append({ type: TYPE, version: VERSION, provider, scope }),
      async note(entry) {
        await append(entry)
        entries.push(entry)
      },
      close: () => file.close(),
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

async function wholeLines(file: FileHandle): Promise<readonly unknown[]> {
  const text = await file.readFile('utf8')
  const end = text.lastIndexOf('\n') + 1
  if (end < text.length) await file.truncate(Buffer.byteLength(text.slice(0, end)))
  return text
    .slice(0, end)
    .split('\n')
    .filter((line) => line !== '')
    .map(parsed)
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function ownerOf(header: unknown): Owner | undefined {
  if (!isObject(header) || header['type'] !== TYPE || header['version'] !== VERSION) return undefined
  const { provider, scope } = header
  return typeof provider === 'string' && typeof scope === 'string' ? { provider, scope } : undefined
}

function asWritten(value: unknown): Written | undefined {
  if (!isObject(value)) return undefined
  const { source, path, bytes, sha256, servedAs } = value
  if (typeof source !== 'string' || typeof path !== 'string') return undefined
  if (typeof bytes !== 'number' || typeof sha256 !== 'string') return undefined
  return { source, path, bytes, sha256, ...(servedAs === 'base64' && { servedAs }) }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
