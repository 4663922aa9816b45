import type * as Prompts from '@clack/prompts'

/**
 * The questions that are asked on a terminal. Ctrl-D cancels one as Ctrl-C does: the library only stops reading then, and the process
 * would end in the middle with exit code 0.
 */
export async function loadPrompts(): Promise<typeof Prompts> {
  // Loaded when there is something to ask: most commands ask nothing.
  const prompts = await import('@clack/prompts')
  prompts.updateSettings({ aliases: { [CONTROL_D]: 'cancel' } })
  return prompts
}

const CONTROL_D = '\u0004'
