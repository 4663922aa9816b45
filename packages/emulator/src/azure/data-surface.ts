import { json, withHeaders } from '../server/answer.ts'
import { matchRoute, type Match, type Route } from '../server/routes.ts'
import type { Answer, VendorRequest } from '../server/service.ts'
import { createDeploymentChat, createChat } from './chat.ts'
import type { DataCall, DataHandler } from './data-call.ts'
import { createFile, deleteFile, getFile, importFile, listFiles, readContent } from './file-handlers.ts'
import {
  cancelJob,
  deleteJob,
  getJob,
  listCheckpoints,
  listEvents,
  listJobs,
  pauseJob,
  postJob,
  resumeJob,
} from './job-handlers.ts'
import { getModel, listModels } from './model-handlers.ts'
import { nameOfKey, nameOfToken } from './names.ts'
import { AzureRefusal, errorBodies, noSuchRoute } from './refusal.ts'
import { cancelUpload, completeUpload, createPart, createUpload } from './uploads.ts'

type DataRoute = Route<DataHandler>

/** What both APIs have, behind their own prefixes. */
const shared = (prefix: string): readonly DataRoute[] => [
  { method: 'POST', path: `${prefix}/files`, operation: 'files.create', act: createFile },
  { method: 'GET', path: `${prefix}/files`, operation: 'files.list', act: listFiles },
  { method: 'GET', path: `${prefix}/files/{file}`, operation: 'files.get', act: getFile },
  { method: 'DELETE', path: `${prefix}/files/{file}`, operation: 'files.delete', act: deleteFile },
  { method: 'GET', path: `${prefix}/files/{file}/content`, operation: 'files.content', act: readContent },
  { method: 'POST', path: `${prefix}/fine_tuning/jobs`, operation: 'jobs.create', act: postJob },
  { method: 'GET', path: `${prefix}/fine_tuning/jobs`, operation: 'jobs.list', act: listJobs },
  { method: 'GET', path: `${prefix}/fine_tuning/jobs/{job}`, operation: 'jobs.get', act: getJob },
  { method: 'POST', path: `${prefix}/fine_tuning/jobs/{job}/cancel`, operation: 'jobs.cancel', act: cancelJob },
  { method: 'POST', path: `${prefix}/fine_tuning/jobs/{job}/pause`, operation: 'jobs.pause', act: pauseJob },
  { method: 'POST', path: `${prefix}/fine_tuning/jobs/{job}/resume`, operation: 'jobs.resume', act: resumeJob },
  { method: 'GET', path: `${prefix}/fine_tuning/jobs/{job}/events`, operation: 'jobs.events', act: listEvents },
  {
    method: 'GET',
    path: `${prefix}/fine_tuning/jobs/{job}/checkpoints`,
    operation: 'jobs.checkpoints',
    act: listCheckpoints,
  },
  { method: 'GET', path: `${prefix}/models`, operation: 'models.list', act: listModels },
  { method: 'GET', path: `${prefix}/models/{model}`, operation: 'models.get', act: getModel },
]

const ROUTES: Record<DataCall['surface'], readonly DataRoute[]> = {
  v1: [
    ...shared('/openai/v1'),
    { method: 'POST', path: '/openai/v1/chat/completions', operation: 'chat.create', act: createChat },
  ],
  dated: [
    ...shared('/openai'),
    { method: 'POST', path: '/openai/files/import', operation: 'files.import', act: importFile },
    { method: 'DELETE', path: '/openai/fine_tuning/jobs/{job}', operation: 'jobs.delete', act: deleteJob },
    { method: 'POST', path: '/openai/uploads', operation: 'uploads.create', act: createUpload },
    { method: 'POST', path: '/openai/uploads/{upload}/parts', operation: 'uploads.parts.create', act: createPart },
    { method: 'POST', path: '/openai/uploads/{upload}/complete', operation: 'uploads.complete', act: completeUpload },
    { method: 'POST', path: '/openai/uploads/{upload}/cancel', operation: 'uploads.cancel', act: cancelUpload },
    {
      method: 'POST',
      path: '/openai/deployments/{deployment}/chat/completions',
      operation: 'chat.create',
      act: createDeploymentChat,
    },
  ],
}

/** Which of the two APIs a path is of. */
export function dataSurface(path: string): DataCall['surface'] {
  return path === '/openai/v1' || path.startsWith('/openai/v1/') ? 'v1' : 'dated'
}

/** Finds what a request to the data plane asks for. */
export function matchData(request: VendorRequest): Match<DataHandler> {
  return matchRoute(ROUTES[dataSurface(request.path)], request.method, request.path)
}

/** Checks route and API version, and acts; the gateway knows no difference between a wrong method and a wrong path. */
export function actData(call: DataCall, match: Match<DataHandler>): Answer | Promise<Answer> {
  if (match.found !== 'route') throw noSuchRoute()
  VERSION_CHECKS[call.surface](call.request.query.get('api-version'))
  return match.route.act({ ...call, params: match.params })
}

/**
 * The name of the account that a request's credentials stand for: a key in `api-key`, or a key or a token as bearer.
 * Undefined for none, for wrong ones, and for two that differ: the vendor's Python client before 2.0 sends its one key both ways.
 */
export function dataAccountName({ headers }: VendorRequest): string | undefined {
  const key = headers['api-key']
  const bearer = headers.authorization
  const value = /^Bearer (.+)$/i.exec(bearer ?? '')?.[1]
  if (typeof key === 'string') return bearer === undefined || value === key ? nameOfKey(key) : undefined
  return value === undefined ? undefined : (nameOfToken(value) ?? nameOfKey(value))
}

/** An error in the words of one of the two APIs. */
export function dataRefusal(refusal: AzureRefusal, surface: DataCall['surface']): Answer {
  return withHeaders(json(refusal.status, errorBodies[surface](refusal)), refusal.headers)
}

const VERSION_CHECKS: Record<DataCall['surface'], (version: string | null) => void> = {
  v1(version) {
    if (version === null || version === 'v1' || version === 'preview') return
    throw new AzureRefusal(400, 'BadRequest', 'API version not supported', { target: 'api-version' })
  },
  // The gateway routes by version, so that an unknown one leads nowhere.
  dated(version) {
    if (version !== '2025-04-01-preview') throw noSuchRoute()
  },
}
