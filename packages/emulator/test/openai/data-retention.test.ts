import { describe, expect, it } from 'vitest'
import { apiOf, openEmulator } from '../helpers.ts'

describe('what an organization has agreed on retention', () => {
  const open = async (settings: Readonly<Record<string, unknown>> = {}) => {
    const emulator = await openEmulator()
    const account = emulator.account()
    account.configure(settings)
    return { account, admin: apiOf(emulator, `admin-${account.name}`), api: apiOf(emulator, account.name) }
  }

  it('is told to an administrator, as the vendor’s client has it', async () => {
    const { admin } = await open({ dataRetention: 'zero_data_retention' })
    const { status, body } = await admin('/organization/data_retention')
    expect({ status, body }).toEqual({
      status: 200,
      body: { object: 'organization.data_retention', type: 'zero_data_retention' },
    })
  })

  it('is told of its project, and of no other', async () => {
    const { admin, account } = await open({ projectDataRetention: 'none' })
    expect((await admin(`/organization/projects/proj_${account.name}/data_retention`)).body).toEqual({
      object: 'project.data_retention',
      type: 'none',
    })
    expect((await admin('/organization/projects/proj_other/data_retention')).status).toBe(404)
  })

  it('is not found where there is nothing', async () => {
    expect((await (await open()).admin('/organization/data_retention')).status).toBe(404)
  })

  it('is not told to other keys, and an administrator’s key is good for nothing else', async () => {
    const { admin, api } = await open({ dataRetention: 'zero_data_retention' })
    expect((await api('/organization/data_retention')).status).toBe(403)
    expect((await admin('/files')).status).toBe(401)
  })

  it('is read alone: nothing changes it', async () => {
    const { admin } = await open()
    expect((await admin('/organization/data_retention', { method: 'POST', json: {} })).status).toBe(405)
    expect((await admin('/organization/data_retention?what=1')).status).toBe(400)
  })

  it('cannot be set to what the vendor has no word for', async () => {
    await expect(open({ dataRetention: 'none' })).rejects.toThrow('dataRetention')
  })
})
