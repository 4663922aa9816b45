import type { DeploymentStatus } from '@anytune/core/driver'
import { describe, expect, it } from 'vitest'
import { type AzureDeployment, toDeployment } from '../src/deployments.ts'
import { readUses } from '../src/last-uses.ts'

const createdAt = new Date('2026-11-20T10:00:00Z')

function raw(changes: { sku?: string; state?: string; deploymentState?: string } = {}): AzureDeployment {
  const { sku = 'Standard', state = 'Succeeded', deploymentState } = changes
  return {
    name: 'Support',
    sku: { name: sku, capacity: 50 },
    systemData: { createdAt },
    properties: {
      provisioningState: state,
      ...(deploymentState !== undefined && { deploymentState }),
      model: { format: 'OpenAI', name: 'gpt-4.1-mini-2025-04-14.ft-0', version: '1' },
    },
  }
}

describe('a deployment', () => {
  // The states of DeploymentProvisioningState, 2026-07-01.
  it.each<[string, DeploymentStatus]>([
    ['Accepted', 'creating'],
    ['Creating', 'creating'],
    ['Deleting', 'deleting'],
    ['Moving', 'updating'],
    ['Failed', 'failed'],
    ['Succeeded', 'ready'],
    ['Disabled', 'unknown'],
    ['Canceled', 'failed'],
    ['Resting', 'unknown'],
    ['constructor', 'unknown'],
  ])('that is %s is %s', (state, status) => {
    expect(toDeployment(raw({ state }))).toMatchObject({ status, rawStatus: state })
  })

  it('that is paused says so, and is not ready', () => {
    expect(toDeployment(raw({ deploymentState: 'Paused' }))).toMatchObject({
      status: 'paused',
      rawStatus: 'Succeeded, Paused',
    })
    expect(toDeployment(raw({ deploymentState: 'Running' })).status).toBe('ready')
  })

  it('that has failed says where the reason is', () => {
    expect(toDeployment(raw({ state: 'Failed' })).failure).toContain('activity log')
  })

  it('is priced by its SKU, in the vendor’s spelling', () => {
    expect(toDeployment(raw()).offering).toBe('azure/serve/Standard')
    expect(toDeployment(raw({ sku: 'developertier' })).offering).toBe('azure/serve/DeveloperTier')
  })

  it('of the developer tier ends after a day', () => {
    const brief = toDeployment(raw({ sku: 'DeveloperTier' }))
    expect(brief.endsAt).toEqual(new Date('2026-11-21T10:00:00Z'))
    expect(brief).not.toHaveProperty('endsUnlessUsed')
  })

  it('of another tier ends fifteen days after its last use, as far as that is known', () => {
    expect(toDeployment(raw())).not.toHaveProperty('endsAt')
    const idle = toDeployment(raw(), new Map([['other', new Date('2026-11-22T09:00:00Z')]]))
    expect(idle).not.toHaveProperty('lastUsedAt')
    expect(idle.endsAt).toEqual(new Date('2026-12-05T10:00:00Z'))
    const used = toDeployment(raw(), new Map([['support', new Date('2026-11-22T09:00:00Z')]]))
    expect(used).toMatchObject({
      lastUsedAt: new Date('2026-11-22T09:00:00Z'),
      endsAt: new Date('2026-12-07T09:00:00Z'),
      endsUnlessUsed: true,
    })
  })
})

describe('metrics of Azure Monitor', () => {
  const series = (name: string, ...totals: readonly (number | null)[]) => ({
    metadatavalues: [{ name: { value: 'modeldeploymentname' }, value: name }],
    data: totals.map((total, hour) => ({ timeStamp: `2026-11-22T0${hour}:00:00Z`, ...(total !== null && { total }) })),
  })

  it('tell the last hour with a question, by deployment', () => {
    const timeseries = [series('Support', 3, 0, 1, 0), series('idle', 0, null), series('support', 0, 0, 0, 2)]
    expect(readUses({ value: [{ timeseries }] })).toEqual(new Map([['support', new Date('2026-11-22T03:00:00Z')]]))
  })
})
