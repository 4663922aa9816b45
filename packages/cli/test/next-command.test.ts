import { describe, expect, it } from 'vitest'
import { nextCommand, withWholeCommands } from '../src/next-command.ts'
import { processStreams } from '../src/streams.ts'

function asked(globals: { provider?: string; config?: string }, env: Readonly<Record<string, string>> = {}) {
  return { globals: { color: true, ...globals }, streams: { ...processStreams(), env } }
}

describe('the commands of a sentence', () => {
  const sentence =
    'look at the provider, then: anytune runs resume run-a --adopt ID; or (anytune undeploy d), and: anytune purge run-a --cancel'

  it('stay as they are where no profile was asked for', () => {
    expect(withWholeCommands(asked({}), sentence)).toBe(sentence)
  })

  it('have the profile and the configuration that were asked for', () => {
    expect(withWholeCommands(asked({ provider: 'spare', config: 'a b.yaml' }), sentence)).toBe(
      [
        `look at the provider, then: anytune runs resume run-a --adopt ID --provider spare --config 'a b.yaml'`,
        `; or (anytune undeploy d --provider spare --config 'a b.yaml')`,
        `, and: anytune purge run-a --cancel --provider spare --config 'a b.yaml'`,
      ].join(''),
    )
  })

  it('are left alone where they are whole', () => {
    const spare = asked({ provider: 'spare' })
    const whole = `to go on: ${nextCommand(spare, 'runs', 'resume', 'run-a')}`
    expect(withWholeCommands(spare, whole)).toBe(whole)
  })

  it('are called as this one was', () => {
    const byNpx = asked({ provider: 'spare' }, { npm_command: 'exec' })
    expect(withWholeCommands(byNpx, 'see: anytune doctor')).toBe('see: npx anytune doctor --provider spare')
    const whole = nextCommand(byNpx, 'doctor')
    expect(withWholeCommands(byNpx, whole)).toBe(whole)
  })
})
