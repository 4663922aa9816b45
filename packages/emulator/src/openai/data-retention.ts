import type { OrganizationDataRetention } from 'openai/resources/admin/organization/data-retention'
import type { ProjectDataRetention } from 'openai/resources/admin/organization/projects/data-retention'
import { json } from '../server/answer.ts'
import { readQuery, type OpenAIHandler } from './call.ts'
import { refuse } from './refusal.ts'

/** What the organization has agreed. That there is nothing has no word in the vendor's client: it is answered as not found. */
export const retrieveDataRetention: OpenAIHandler = (call) => {
  readQuery(call)
  const { dataRetention: type } = call.account.settings
  if (type === null)
    throw refuse(404, { message: 'The organization has no data retention controls.', code: 'not_found' })
  return json(200, { object: 'organization.data_retention', type } satisfies OrganizationDataRetention)
}

/** What was agreed for the account's one project, or that it is as the organization's. */
export const projectDataRetention: OpenAIHandler = (call) => {
  readQuery(call)
  const { account, params } = call
  const project = params['project'] ?? ''
  if (project !== account.project) {
    throw refuse(404, { message: `No project found with id '${project}'.`, code: 'not_found' })
  }
  const type = account.settings.projectDataRetention
  return json(200, { object: 'project.data_retention', type } satisfies ProjectDataRetention)
}
