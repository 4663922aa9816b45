// Compiles every TypeScript fence of the documentation against the packages' sources: what the docs show must be true.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from './run.mjs'

const target = join(root, 'docs', 'fences')
const pages = globSync(['*.md', 'docs/**/*.md', 'packages/*/README.md', 'examples/*/README.md'], { cwd: root }).filter(
  (page) => !page.includes('node_modules'),
)

rmSync(target, { recursive: true, force: true })
mkdirSync(target, { recursive: true })
let count = 0
for (const page of pages) {
  const lines = readFileSync(join(root, page), 'utf8').split('\n')
  let fence
  for (const [index, line] of lines.entries()) {
    if (fence === undefined) {
      if (/^```ts\s*$/.test(line)) fence = { line: index + 1, code: [] }
    } else if (line.startsWith('```')) {
      // Each fence is a module of its own, at the line it has in the page.
      const name = `${page.replaceAll(/[^a-z0-9]+/gi, '-')}-${fence.line}.ts`
      writeFileSync(join(target, name), [...fence.code, 'export {}', ''].join('\n'))
      fence = undefined
      count++
    } else fence.code.push(line)
  }
}
writeFileSync(
  join(target, 'tsconfig.json'),
  JSON.stringify({
    extends: '../../tsconfig.base.json',
    compilerOptions: {
      noUnusedLocals: false,
      paths: {
        anytune: ['../../packages/cli/src/index.ts'],
        '@anytune/core/*': ['../../packages/core/src/*.ts'],
        '@anytune/*': ['../../packages/*/src/index.ts'],
        zod: ['../../packages/core/node_modules/zod'],
        vitest: ['../../node_modules/vitest'],
      },
    },
    include: ['.'],
  }),
)
const code = run('tsc', ['-p', target])
if (code === 0) {
  console.log(`${count} fences of ${pages.length} pages compile`)
  rmSync(target, { recursive: true, force: true })
}
process.exitCode = code
