import { defineConfig } from 'vitest/config'

/** The long tests: more rows, more crashes, more kills than `npm test` has time for. */
export default defineConfig({
  ssr: { resolve: { conditions: ['@anytune/source'] } },
  test: { include: ['packages/*/soak/**/*.test.ts'], testTimeout: 20 * 60_000, fileParallelism: false },
})
