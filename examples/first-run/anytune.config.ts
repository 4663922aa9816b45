import { defineConfig } from '@anytune/core'
import { memory } from '@anytune/core/memory'
import { local } from '@anytune/local'

export default defineConfig({
  // ANYTUNE_PROVIDER chooses another one.
  provider: 'local',
  providers: {
    // A test double: behaves like a vendor, trains nothing, and forgets everything when the program ends.
    memory: () => memory(),
    // A toy model, really trained, on this computer.
    local: () => local(),
  },
  // One name for each provider's own base model.
  models: { small: { memory: 'memory-small', local: 'scratch-tiny' } },
})
