import type { JsonObject, Tool } from '../example.ts'
import { GEMINI_ADDRESS } from './gemini-parts.ts'
import { decodeSchema, encodeSchema } from './gemini-schema.ts'
import { rememberLast } from './repeated.ts'
import {
  anyObject,
  checkShape,
  fault,
  isObject,
  listOf,
  oneKeyOf,
  shape,
  text,
  textLike,
  within,
  wrongType,
  type Check,
} from './shape.ts'
import type { Limits } from './says.ts'

// Source: Tool and FunctionDeclaration of Google's discovery document aiplatform v1, revision 20260920.

/** What Google takes as the name of a function. */
const GEMINI_NAME = /^[a-zA-Z_][\w.:-]{0,127}$/
const NAME_IN_WORDS = 'a letter or underscore first, then letters, digits and any of _ . : -, 128 at most'

/** What Google's rows say only in part. */
export const GEMINI_PARTLY = {
  'image-uri': 'gs: and http(s) addresses',
  'media-uri': 'gs: and http(s) addresses',
  'call-id': 'one character or more',
  'tool-name': NAME_IN_WORDS,
} as const

/** The same as limits. */
export const GEMINI_LIMITS: Limits = {
  address: GEMINI_ADDRESS,
  callId: /./s,
  callName: GEMINI_NAME,
  toolName: GEMINI_NAME,
}

const parameters: Check = (value) => {
  if (!isObject(value)) return wrongType('an object', value)
  return decodeSchema(value) ? undefined : uncarriedSchema
}
const uncarriedSchema = fault(
  'not-carried',
  'the schema uses a keyword or a type that has no place in an example',
  'write it as "parametersJsonSchema"',
)

const declaration = shape(
  { name: textLike(GEMINI_NAME, NAME_IN_WORDS) },
  { description: text, parameters, parametersJsonSchema: anyObject },
  ['behavior', 'response', 'responseJsonSchema'],
)
const both = fault('invalid-value', '"parameters" and "parametersJsonSchema" exclude each other', 'keep one of the two')
const functionDeclarations = listOf((value) => {
  if (!isObject(value)) return wrongType('an object', value)
  const twice = Object.hasOwn(value, 'parameters') && Object.hasOwn(value, 'parametersJsonSchema')
  return checkShape(value, declaration) ?? (twice ? within('parameters', both) : undefined)
})

/** `tools` of a row. */
export const geminiTools: Check = listOf(
  oneKeyOf({ functionDeclarations }, [
    'codeExecution',
    'computerUse',
    'enterpriseWebSearch',
    'exaAiSearch',
    'googleMaps',
    'googleSearch',
    'googleSearchRetrieval',
    'parallelAiSearch',
    'retrieval',
    'urlContext',
  ]),
)

interface Declaration {
  readonly name: string
  readonly description?: string
  readonly parameters?: JsonObject
  readonly parametersJsonSchema?: JsonObject
}

/** The tools of a checked row. */
export function decodeTools(tools: readonly { readonly functionDeclarations: readonly Declaration[] }[]): Tool[] {
  return tools.flatMap(({ functionDeclarations }) => functionDeclarations.map(decodeDeclaration))
}

function decodeDeclaration({ name, description, parameters, parametersJsonSchema }: Declaration): Tool {
  const schema = parametersJsonSchema ?? (parameters && decodeSchema(parameters))
  return {
    type: 'function',
    function: {
      name,
      ...(description !== undefined && { description }),
      ...(schema && { parameters: schema }),
    },
  }
}

/** The JSON text of tools as the documentation of tuning shows them, with Google's own schema wherever it can say the same. */
export const toolsText = rememberLast((tools: readonly Tool[]) =>
  JSON.stringify([{ functionDeclarations: tools.map(encodeTool) }]),
)

function encodeTool({ function: { name, description, parameters } }: Tool): object {
  const schema = parameters && encodeSchema(parameters)
  return {
    name,
    // None says the same as an empty one.
    description: description === '' ? undefined : description,
    ...(schema ? { parameters: schema } : { parametersJsonSchema: parameters }),
  }
}
