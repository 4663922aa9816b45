import { runConformance } from '@anytune/conformance'
import { afterAll, describe, it } from 'vitest'
import { conformanceHarness } from './conformance-harness.ts'

const { harness } = await conformanceHarness()
await runConformance({ name: 'openai', describe, it, afterAll, harness })
