import { afterAll, describe, it } from 'vitest'
import { runConformance } from '../src/index.ts'
import { memoryHarness } from './memory-harness.ts'

await runConformance({ name: 'memory', harness: memoryHarness(), describe, it, afterAll })
