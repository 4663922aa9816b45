import type { OpenAI } from 'openai'
import type { Clock } from '../clock.ts'
import { showFile, type StoredFile } from './stored-file.ts'

/** An upload in parts. */
export interface StoredUpload {
  readonly id: string
  readonly filename: string
  readonly purpose: 'assistants' | 'batch' | 'fine-tune' | 'vision'
  readonly bytes: number
  readonly createdAt: number
  readonly expiresAt: number
  readonly fileExpiresAfterSeconds?: number | undefined
  readonly parts: Map<string, Buffer>
  end?: 'completed' | 'cancelled'
  file?: StoredFile
}

/** What the vendor says it is now. */
export function uploadStatus({ end, expiresAt }: StoredUpload, clock: Clock): OpenAI.Upload['status'] {
  return end ?? (clock.seconds() >= expiresAt ? 'expired' : 'pending')
}

/** The upload as the API shows it now. */
export function showUpload(upload: StoredUpload, clock: Clock): OpenAI.Upload {
  const { id, filename, purpose, bytes, createdAt, expiresAt, file } = upload
  return {
    id,
    object: 'upload',
    bytes,
    created_at: createdAt,
    filename,
    purpose,
    status: uploadStatus(upload, clock),
    expires_at: expiresAt,
    ...(file === undefined ? {} : { file: showFile(file, clock) }),
  }
}
