import type { Catalogue } from '../catalogue.ts'
import { AZURE_OFFERINGS } from './azure.ts'
import { BEDROCK_OFFERINGS } from './bedrock.ts'
import { OPENAI_OFFERINGS } from './openai.ts'
import { SELF_HOSTED_OFFERINGS } from './self-hosted.ts'
import { VERTEX_OFFERINGS } from './vertex.ts'
import { WATSONX_OFFERINGS } from './watsonx.ts'

/** What is on record here. Amend it with `mergeCatalogue`, or with the configuration's `catalogue`. */
export const catalogue: Catalogue = {
  offerings: [
    ...OPENAI_OFFERINGS,
    ...AZURE_OFFERINGS,
    ...BEDROCK_OFFERINGS,
    ...VERTEX_OFFERINGS,
    ...WATSONX_OFFERINGS,
    ...SELF_HOSTED_OFFERINGS,
  ],
}
