/** Where services are known to differ from the descriptions that their vendors publish, each with what tells so. */
import { object, type Json, type JsonObject, type Specification } from './specification.ts'

/** One change to a description. */
export interface Amendment {
  /** What the service does. */
  readonly what: string
  readonly source: string
  /** Where in the description, from its root. */
  readonly at: readonly string[]
  change(schema: JsonObject): JsonObject
}

/** The description as its service really is. Throws where an amendment's place is not in it. */
export function amended(specification: Specification, amendments: readonly Amendment[]): Specification {
  const document = amendments.reduce<JsonObject>(
    (before, { at, change }) => changedAt(before, at, change),
    specification.document,
  )
  return { ...specification, document }
}

function changedAt(from: JsonObject, [name, ...rest]: readonly string[], change: Amendment['change']): JsonObject {
  if (name === undefined) return change(from)
  return { ...from, [name]: changedAt(object(from[name]), rest, change) }
}

const SCHEMAS = ['components', 'schemas']
const orNull = (schema: JsonObject): JsonObject => ({ anyOf: [schema, { type: 'null' }] })
const orOneOf =
  (...words: readonly string[]) =>
  (schema: JsonObject): JsonObject => ({ anyOf: [schema, { enum: words }] })
const withMembers =
  (members: JsonObject) =>
  (properties: JsonObject): JsonObject => ({ ...properties, ...members })

export const OPENAI: readonly Amendment[] = [
  {
    what: 'a job may be paused',
    source: 'the example of POST /fine_tuning/jobs/{fine_tuning_job_id}/pause in the same description',
    at: [...SCHEMAS, 'FineTuningJob', 'properties', 'status'],
    change: orOneOf('paused'),
  },
  {
    what: 'events tell of the checks on training data and model',
    source:
      'developers.openai.com, guide on supervised fine-tuning, section on safety checks (capture of September 2026)',
    at: [...SCHEMAS, 'FineTuningJobEvent', 'properties', 'type'],
    change: orOneOf('moderation_checks'),
  },
  {
    what: 'the parts of a multi grader are a map by name',
    source: 'developers.openai.com, guide on graders, example of a multigrader; Azure’s description of the same grader',
    at: [...SCHEMAS, 'GraderMulti', 'properties', 'graders'],
    change: (part) => ({ type: 'object', additionalProperties: part }),
  },
]

const REPORTED = 'reported in BerriAI/litellm pull request 24687 (April 2026)'

export const AZURE_V1: readonly Amendment[] = [
  {
    what: 'a request for a job says where it trains',
    source: 'Azure documentation, fine-tuning-oai-sdk.md (2026-10-06)',
    at: [...SCHEMAS, 'OpenAI.CreateFineTuningJobRequest', 'properties'],
    change: withMembers({ trainingType: { type: 'string' } }),
  },
  {
    what: 'jobs have the states of the dated API',
    source: `${REPORTED}; FineTuningState of the dated description`,
    at: [...SCHEMAS, 'OpenAI.FineTuningJob', 'properties', 'status'],
    change: orOneOf('pending', 'pausing', 'paused', 'resuming'),
  },
  {
    what: 'a job names no organization',
    source: REPORTED,
    at: [...SCHEMAS, 'OpenAI.FineTuningJob', 'properties', 'organization_id'],
    change: orNull,
  },
  {
    what: 'a job has null for results until there are some',
    source: REPORTED,
    at: [...SCHEMAS, 'OpenAI.FineTuningJob', 'properties', 'result_files'],
    change: orNull,
  },
]

export const AZURE_DATED: readonly Amendment[] = [
  {
    what: 'a request for a job says where it trains',
    source: 'Azure documentation, fine-tuning-rest.md (2026-10-06), for this version',
    at: ['definitions', 'FineTuningJobCreation', 'properties'],
    change: withMembers({ trainingType: { type: 'string' } }),
  },
]

const FILTERS = '@azure/openai 2.0.0, types of chat completions; Azure documentation, content filtering'
const results: Json = { type: 'object', additionalProperties: { type: 'object' } }
const promptResults: Json = {
  type: 'array',
  items: {
    type: 'object',
    properties: { prompt_index: { type: 'integer' }, content_filter_results: results },
    required: ['prompt_index', 'content_filter_results'],
  },
}

const CHOICE = ['properties', 'choices', 'items', 'properties']

/** To OpenAI's description of chat completions, for an answer as a whole. */
export const AZURE_ANSWER: readonly Amendment[] = [
  {
    what: 'an answer says what the filter found in the question',
    source: FILTERS,
    at: [...SCHEMAS, 'CreateChatCompletionResponse', 'properties'],
    change: withMembers({ prompt_filter_results: promptResults }),
  },
  {
    what: 'an answer says what the filter found in it',
    source: FILTERS,
    at: [...SCHEMAS, 'CreateChatCompletionResponse', ...CHOICE],
    change: withMembers({ content_filter_results: results }),
  },
]

/** The same for its pieces. */
export const AZURE_PIECES: readonly Amendment[] = [
  {
    what: 'a piece says what the filter found in the question',
    source: FILTERS,
    at: [...SCHEMAS, 'CreateChatCompletionStreamResponse', 'properties'],
    change: withMembers({ prompt_filter_results: promptResults }),
  },
  {
    what: 'a piece says what the filter found in it',
    source: FILTERS,
    at: [...SCHEMAS, 'CreateChatCompletionStreamResponse', ...CHOICE],
    change: withMembers({ content_filter_results: results }),
  },
]
