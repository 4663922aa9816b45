import { createHash } from 'node:crypto'
import type { WholeFile } from './whole-files.ts'

/** Standard output as a file being written; a chunk is written when whoever reads has room for it. */
export function standardOutput(stdout: NodeJS.WriteStream): WholeFile {
  const hash = createHash('sha256')
  let bytes = 0
  return {
    async write(chunk) {
      hash.update(chunk)
      bytes += chunk.byteLength
      await new Promise<void>((resolve, reject) => {
        stdout.write(chunk, (error) => (error ? reject(error) : resolve()))
      })
    },
    written: () => ({ bytes, sha256: hash.copy().digest('hex') }),
  }
}
