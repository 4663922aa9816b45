import type { Catalogue } from '../catalogue.ts'
import { AZURE_OFFERINGS } from './azure.ts'
import { OPENAI_OFFERINGS } from './openai.ts'

/** What is on record here. Amend it with `mergeCatalogue`, or with the configuration's `catalogue`. */
export const catalogue: Catalogue = { offerings: [...OPENAI_OFFERINGS, ...AZURE_OFFERINGS] }
