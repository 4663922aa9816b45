/** Datasets for Bedrock: objects in the user's own bucket, written by multipart upload. */
import {
  assertPermit,
  type Context,
  type DatasetsDriver,
  type StagedDataset,
  type StagingFile,
} from '@anytune/core/driver'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompletedPart,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  NoSuchUpload,
  NotFound,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { parts, present } from './shared.ts'

export interface Bucket {
  readonly s3: S3Client
  readonly name: string
  /** With a slash at its end, or empty. */
  readonly prefix: string
  readonly kmsKeyId?: string
}

/** S3 takes no part under 5 MiB but the last one, and 10,000 parts. */
const PART_BYTES = 16 * 1024 * 1024
const HEX = 'hex'

interface UploadState {
  readonly uploadId: string
}

export function s3Datasets(bucket: Bucket): DatasetsDriver {
  const { s3, name: Bucket, prefix } = bucket
  const keyOf = (id: string) => id.slice(`s3://${Bucket}/`.length)
  const head = async (Key: string, abortSignal: AbortSignal) =>
    toDataset(`s3://${Bucket}/${Key}`, await s3.send(new HeadObjectCommand({ Bucket, Key }), { abortSignal }))
  return {
    async create(file, attempt, permit, context) {
      assertPermit(permit, { purpose: 'stage', sha256: file.sha256 })
      const { signal: abortSignal } = context
      const Key = prefix + file.name
      // Written by the `save` below and by nothing else.
      const saved = attempt.resume as UploadState | undefined
      const known = await partsOf(bucket, Key, saved?.uploadId, abortSignal)
      const UploadId = known === undefined ? await begin(bucket, Key, file, context) : saved?.uploadId
      const Parts: CompletedPart[] = []
      for await (const part of parts(file.open(), PART_BYTES)) {
        const PartNumber = part.index + 1
        const ChecksumSHA256 = Buffer.from(part.sha256, HEX).toString('base64')
        const there = known?.get(PartNumber)
        if (there?.ChecksumSHA256 === ChecksumSHA256) Parts.push(there)
        else {
          const body = { Bucket, Key, UploadId, PartNumber, Body: part.bytes, ChecksumSHA256 }
          const { ETag } = await context.retry(() => s3.send(new UploadPartCommand(body), { abortSignal }))
          Parts.push({ PartNumber, ETag, ChecksumSHA256 })
        }
        context.progress(part.offset + part.bytes.length)
      }
      const MultipartUpload = { Parts }
      const complete = { Bucket, Key, UploadId, MultipartUpload, MpuObjectSize: file.bytes, IfNoneMatch: '*' }
      await s3.send(new CompleteMultipartUploadCommand(complete), { abortSignal })
      return { id: `s3://${Bucket}/${Key}` }
    },
    async find(file, _attempt, { signal }) {
      const there = await head(prefix + file.name, signal).catch(unlessMissing)
      // The name is the attempt's and the object is written only where none is: two requests make one object.
      return there === undefined ? { state: 'absent' } : { state: 'found', value: there }
    },
    get: (id, { signal }) => head(keyOf(id), signal),
    // By name, not by time: S3 has no other order.
    async list({ limit, after }, { signal: abortSignal }) {
      const query = { Bucket, Prefix: prefix, MaxKeys: limit, ContinuationToken: after }
      const page = await s3.send(new ListObjectsV2Command(query), { abortSignal })
      const items = (page.Contents ?? []).flatMap(({ Key, Size, LastModified }) =>
        Key === undefined ? [] : [toDataset(`s3://${Bucket}/${Key}`, { ContentLength: Size, LastModified })],
      )
      return { items, ...present({ next: page.NextContinuationToken }) }
    },
    async delete(id, { signal: abortSignal }) {
      const Key = keyOf(id)
      // S3 answers 204 whether or not there was anything.
      await head(Key, abortSignal)
      await s3.send(new DeleteObjectCommand({ Bucket, Key }), { abortSignal })
    },
    async abandon(file, _attempt, { signal: abortSignal }) {
      // Also the one whose id could not be saved any more: parts are kept, and billed, until somebody aborts.
      const Key = prefix + file.name
      const open = await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }), { abortSignal })
      for (const { Key: key, UploadId } of open.Uploads ?? []) {
        if (key === Key) await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }), { abortSignal })
      }
    },
  }
}

async function begin(
  { s3, name, kmsKeyId }: Bucket,
  Key: string,
  file: StagingFile,
  context: Context,
): Promise<string> {
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({
      Bucket: name,
      Key,
      ContentType: 'application/jsonl',
      ChecksumAlgorithm: 'SHA256',
      Metadata: { sha256: file.sha256 },
      ...(kmsKeyId !== undefined && { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyId }),
    }),
    { abortSignal: context.signal },
  )
  if (UploadId === undefined) throw new Error('S3 began an upload and did not name it')
  await context.save({ uploadId: UploadId } satisfies UploadState)
  return UploadId
}

/** The parts S3 has of an upload, by number; undefined when the upload is not open any more. */
async function partsOf(
  { s3, name: Bucket }: Bucket,
  Key: string,
  UploadId: string | undefined,
  abortSignal: AbortSignal,
): Promise<ReadonlyMap<number, CompletedPart> | undefined> {
  if (UploadId === undefined) return undefined
  const known = new Map<number, CompletedPart>()
  let PartNumberMarker: string | undefined
  try {
    do {
      const query = { Bucket, Key, UploadId, PartNumberMarker }
      const page = await s3.send(new ListPartsCommand(query), { abortSignal })
      for (const { PartNumber, ETag, ChecksumSHA256 } of page.Parts ?? []) {
        if (PartNumber !== undefined) known.set(PartNumber, { PartNumber, ETag, ChecksumSHA256 })
      }
      PartNumberMarker = page.IsTruncated ? page.NextPartNumberMarker : undefined
    } while (PartNumberMarker !== undefined)
    return known
  } catch (error) {
    if (error instanceof NoSuchUpload) return undefined
    throw error
  }
}

interface ObjectHead {
  readonly ContentLength?: number | undefined
  readonly LastModified?: Date | undefined
  readonly Metadata?: Readonly<Record<string, string>> | undefined
}

function toDataset(id: string, raw: ObjectHead): StagedDataset {
  const { ContentLength: bytes, LastModified: createdAt, Metadata } = raw
  return present({ id, status: 'ready' as const, rawStatus: 'object', bytes, createdAt, sha256: Metadata?.sha256, raw })
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof NotFound) return undefined
  throw error
}
