import { join } from 'node:path'
import { defineConfig } from '@anytune/core'
import { local } from '@anytune/local'

const stateDirectory = join(import.meta.dirname, '.anytune')

export default defineConfig({
  // Absolute, so that the program and `anytune --config` find the same runs and models from any working directory.
  stateDirectory,
  providers: { local: () => local({ directory: join(stateDirectory, 'local') }) },
})
