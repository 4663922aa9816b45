import { existsSync, readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Tests import the packages' sources, so that no stale build can ever be what is tested. */
const conditions = ['@anytune/source']

const folders = ['packages', 'examples'].flatMap((parent) =>
  readdirSync(parent).map((name) => ({ name, root: `${parent}/${name}` })),
)

const projects = folders
  .filter(({ root }) => existsSync(`${root}/test`))
  .map(({ name, root }) => ({
    extends: true as const,
    root,
    test: {
      name,
      include: ['test/**/*.test.ts'],
      typecheck: { enabled: true, include: ['test/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
    },
  }))

export default defineConfig({
  ssr: { resolve: { conditions } },
  test: {
    projects,
    // By default one core is left free, which on two cores leaves one: the tests wait more than they compute.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    coverage: { provider: 'v8', include: ['packages/*/src/**/*.ts'] },
  },
})
