import { afterAll, describe, it } from 'vitest'
import { runConformance } from '../src/index.ts'
import { memoryHarness } from './memory-harness.ts'

/** A vendor that forgets the attempt's key: nothing can be found for sure, and everything must work nevertheless. */
const harness = memoryHarness((driver) => driver, { keepsKeys: false })

await runConformance({ name: 'forgetful', harness, describe, it, afterAll })
