/** What the Bedrock adapter is made with, and how its files read an ARN. */
import type { BedrockClient } from '@aws-sdk/client-bedrock'
import type { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime'
import type { Bucket } from './s3-datasets.ts'

export interface BedrockSettings {
  /** Both with `maxAttempts: 1`. */
  readonly client: BedrockClient
  readonly runtime: BedrockRuntimeClient
  readonly bucket: Bucket
  readonly account: string
  readonly region: string
  readonly roleArn: string
  /** `s3://…/`, where Bedrock writes metrics and a validated copy of the rows. */
  readonly outputUri: string
  /** For the custom model; absent: a key that AWS owns. */
  readonly modelKmsKeyId?: string
}

/** `amazon.nova-lite-v1:0:300k` of `arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0:300k`. */
export function modelIdOf(arn: string | undefined): string | undefined {
  return arn?.includes(':foundation-model/') === true ? arn.slice(arn.indexOf('/') + 1) : arn
}
