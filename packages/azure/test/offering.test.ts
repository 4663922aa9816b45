import { describe, expect, it } from 'vitest'
import { offeringOf } from '../src/offering.ts'

const offering = offeringOf({ trainingType: 'Standard', sku: undefined })
const id = (operation: 'train' | 'serve', providerOptions: object) => offering({ operation, providerOptions }).id

describe('the offering', () => {
  it.each([
    [{}, 'azure/train/Standard'],
    [{ trainingType: 'GlobalStandard' }, 'azure/train/GlobalStandard'],
    [{ trainingType: 'Developer' }, 'azure/train/Developer'],
    [{ trainingType: 'developerTier' }, 'azure/train/Developer'],
  ])('of training with %j is %s', (options, expected) => {
    expect(id('train', options)).toBe(expected)
  })

  it.each([
    [{ sku: 'Standard' }, 'azure/serve/Standard'],
    [{ sku: 'GlobalStandard' }, 'azure/serve/GlobalStandard'],
    [{ sku: 'DataZoneStandard' }, 'azure/serve/DataZoneStandard'],
    [{ sku: 'developertier' }, 'azure/serve/DeveloperTier'],
    [{ sku: 'NextYear' }, 'azure/serve/NextYear'],
    [{}, 'azure/serve/unchosen'],
  ])('of serving with %j is %s', (options, expected) => {
    expect(id('serve', options)).toBe(expected)
  })

  it('of serving is the driver’s own where the deployment is silent', () => {
    const chosen = offeringOf({ trainingType: 'Standard', sku: 'DeveloperTier' })
    expect(chosen({ operation: 'serve', providerOptions: {} }).id).toBe('azure/serve/DeveloperTier')
  })

  it('always leaves this computer', () => {
    expect(offering({ operation: 'train', providerOptions: {} }).egress).toBe('provider')
    expect(offering({ operation: 'serve', providerOptions: {} }).egress).toBe('provider')
  })
})
