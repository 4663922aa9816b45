import type { Method, PreflightCheck } from '@anytune/core/driver'

/**
 * The types know the options and the method, and not that one needs the other: reinforcement training has a grader, and no other
 * method does. `provider` is the namespace in which the grader is given.
 */
export function checkGrader(provider: string, method: Method, given: boolean): readonly PreflightCheck[] {
  const needed = method === 'reinforcement'
  if (needed === given) return []
  const message = needed ? 'reinforcement training needs a grader' : `a grader has no meaning for ${method} training`
  const hint = needed
    ? `give providerOptions: { ${provider}: { reinforcement: { grader: … } } }`
    : `leave providerOptions.${provider}.reinforcement out, or choose the method reinforcement`
  return [{ id: 'grader', result: 'failed', message, hint }]
}
