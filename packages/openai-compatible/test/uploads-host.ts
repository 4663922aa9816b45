import { createHash } from 'node:crypto'
import type { StagingFile } from '@anytune/core/driver'
import { scriptedHost, type Answer, type Asked, type Script } from './scripted-host.ts'

/** Uploads as OpenAI's document describes them, and the files they become; `refuse` is asked before each request is acted on. */
export async function uploadsHost(refuse: (asked: Asked) => Answer | undefined = () => undefined) {
  const parts = new Map<string, Buffer>()
  const files: { id: string; filename: string; bytes: number; created_at: number; content: Buffer }[] = []
  const cancelled: string[] = []
  let uploads = 0
  let underWay = 0
  let mostUnderWay = 0
  const act = (answer: (asked: Asked) => Answer) => async (asked: Asked) => {
    underWay += 1
    mostUnderWay = Math.max(mostUnderWay, underWay)
    // One turn of the loop, in which requests that were sent together arrive.
    await new Promise((resolve) => setImmediate(resolve))
    underWay -= 1
    return refuse(asked) ?? answer(asked)
  }
  const script: Record<string, Script[string]> = {
    'POST /uploads': act(() => {
      uploads += 1
      const id = `upload_${uploads}`
      script[`POST /uploads/${id}/parts`] = act(({ body }) => {
        const part = `part_${parts.size + 1}`
        parts.set(part, contentOf(body))
        return { id: part, object: 'upload.part', upload_id: id, created_at: 0 }
      })
      script[`POST /uploads/${id}/complete`] = act(({ body }) => {
        const { part_ids, md5 } = JSON.parse(body.toString())
        const content = Buffer.concat(part_ids.map((part: string) => parts.get(part)))
        if (createHash('md5').update(content).digest('hex') !== md5) return { status: 400, text: '{}' }
        const file = { id: `file-${id}`, filename: 'staged.jsonl', bytes: content.length, created_at: 100, content }
        files.push(file)
        return { id, status: 'completed', file: { id: file.id } }
      })
      script[`POST /uploads/${id}/cancel`] = act(() => {
        cancelled.push(id)
        return { id, status: 'cancelled' }
      })
      return { id, object: 'upload', status: 'pending', created_at: 1000, expires_at: 4600 }
    }),
    'GET /files': () => ({ object: 'list', data: files, has_more: false }),
  }
  const host = await scriptedHost(script)
  return {
    ...host,
    files,
    cancelled,
    mostUnderWay: () => mostUnderWay,
    routes: () => host.asked.map(({ route }) => route),
    [Symbol.asyncDispose]: host[Symbol.asyncDispose],
  }
}

/** The one file of a multipart body. */
function contentOf(body: Buffer): Buffer {
  const start = body.indexOf('\r\n\r\n') + 4
  return body.subarray(start, body.lastIndexOf('\r\n--'))
}

/** A file to stage, in chunks that fit no part. */
export function stagingFile(content: string, broken?: Error): StagingFile {
  const bytes = Buffer.from(content)
  return {
    name: 'staged.jsonl',
    format: 'openai-chat',
    bytes: bytes.length,
    rows: 1,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    async *open() {
      for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7)
      if (broken !== undefined) throw broken
    },
  }
}
