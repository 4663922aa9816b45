import type { Route } from '../server/routes.ts'
import type { OpenAIHandler } from './call.ts'
import { projectDataRetention, retrieveDataRetention } from './data-retention.ts'
import { createChatCompletion } from './chat.ts'
import { createFile, deleteFile, fileContent, listFiles, retrieveFile } from './files.ts'
import { validateGrader } from './validate-grader.ts'
import { createJob } from './create-job.ts'
import { cancelJob, listCheckpoints, listEvents, listJobs, pauseJob, resumeJob, retrieveJob } from './jobs.ts'
import { deleteModel, listModels, retrieveModel } from './models.ts'
import { addPart, cancelUpload, completeUpload, createUpload } from './uploads.ts'

/** All of OpenAI that is emulated. */
export const ROUTES: readonly Route<OpenAIHandler>[] = [
  { method: 'POST', path: '/v1/files', operation: 'files.create', act: createFile },
  { method: 'GET', path: '/v1/files', operation: 'files.list', act: listFiles },
  { method: 'GET', path: '/v1/files/{file}', operation: 'files.get', act: retrieveFile },
  { method: 'DELETE', path: '/v1/files/{file}', operation: 'files.delete', act: deleteFile },
  { method: 'GET', path: '/v1/files/{file}/content', operation: 'files.content', act: fileContent },
  { method: 'POST', path: '/v1/uploads', operation: 'uploads.create', act: createUpload },
  { method: 'POST', path: '/v1/uploads/{upload}/parts', operation: 'uploads.parts.create', act: addPart },
  { method: 'POST', path: '/v1/uploads/{upload}/complete', operation: 'uploads.complete', act: completeUpload },
  { method: 'POST', path: '/v1/uploads/{upload}/cancel', operation: 'uploads.cancel', act: cancelUpload },
  { method: 'POST', path: '/v1/fine_tuning/jobs', operation: 'jobs.create', act: createJob },
  { method: 'GET', path: '/v1/fine_tuning/jobs', operation: 'jobs.list', act: listJobs },
  { method: 'GET', path: '/v1/fine_tuning/jobs/{job}', operation: 'jobs.get', act: retrieveJob },
  { method: 'POST', path: '/v1/fine_tuning/jobs/{job}/cancel', operation: 'jobs.cancel', act: cancelJob },
  { method: 'POST', path: '/v1/fine_tuning/jobs/{job}/pause', operation: 'jobs.pause', act: pauseJob },
  { method: 'POST', path: '/v1/fine_tuning/jobs/{job}/resume', operation: 'jobs.resume', act: resumeJob },
  { method: 'GET', path: '/v1/fine_tuning/jobs/{job}/events', operation: 'jobs.events', act: listEvents },
  {
    method: 'GET',
    path: '/v1/fine_tuning/jobs/{job}/checkpoints',
    operation: 'jobs.checkpoints',
    act: listCheckpoints,
  },
  {
    method: 'POST',
    path: '/v1/fine_tuning/alpha/graders/validate',
    operation: 'graders.validate',
    act: validateGrader,
  },
  { method: 'GET', path: '/v1/models', operation: 'models.list', act: listModels },
  { method: 'GET', path: '/v1/models/{model}', operation: 'models.get', act: retrieveModel },
  { method: 'DELETE', path: '/v1/models/{model}', operation: 'models.delete', act: deleteModel },
  { method: 'POST', path: '/v1/chat/completions', operation: 'chat.create', act: createChatCompletion },
  {
    method: 'GET',
    path: '/v1/organization/data_retention',
    operation: 'organization.data_retention.get',
    act: retrieveDataRetention,
  },
  {
    method: 'GET',
    path: '/v1/organization/projects/{project}/data_retention',
    operation: 'projects.data_retention.get',
    act: projectDataRetention,
  },
]

/** Operations that take a key of an administrator, and no other: the vendor's client marks them so. */
export const ADMINISTRATORS: ReadonlySet<string> = new Set([
  'organization.data_retention.get',
  'projects.data_retention.get',
])
