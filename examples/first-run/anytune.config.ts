import { azure } from '@anytune/azure'
import { defineConfig } from '@anytune/core'
import { memory } from '@anytune/core/memory'
import { local } from '@anytune/local'
import { openai } from '@anytune/openai'

export default defineConfig({
  // ANYTUNE_PROVIDER chooses another one.
  provider: 'local',
  providers: {
    // A test double: behaves like a vendor, trains nothing, and forgets everything when the program ends.
    memory: () => memory(),
    // A toy model, really trained, on this computer.
    local: () => local(),
    // Vendors: keys and addresses come from their own environment variables. Both cost money, but on the emulator.
    openai: () => openai(),
    // Where training data and questions are processed has no default.
    azure: () => azure({ trainingType: 'Standard', deploymentSku: 'Standard' }),
  },
  // One name for each provider's own base model.
  models: {
    small: {
      memory: 'memory-small',
      local: 'scratch-tiny',
      openai: 'gpt-4.1-mini-2025-04-14',
      azure: 'gpt-4.1-mini-2025-04-14',
    },
  },
})
