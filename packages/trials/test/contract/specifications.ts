/** The descriptions of the vendors, each where its service is found, and amended as the service is known to differ from it. */
import { AZURE_ANSWER, AZURE_DATED, AZURE_PIECES, AZURE_V1, amended, OPENAI, type Amendment } from './amendments.ts'
import { readSpecification, toSpecification, type Specification } from './specification.ts'
import { UNDESCRIBED } from './undescribed.ts'

/** `left` is an amendment that is left out. */
export function openaiSpecification(left?: Amendment): Specification {
  return amended(readSpecification('openai.openapi.json', '/v1'), without(OPENAI, left))
}

/** In the order in which a path is looked for. */
export function azureSpecifications(left?: Amendment): readonly Specification[] {
  const dated = readSpecification('azure-openai-authoring-2025-04-01-preview.json', '/openai')
  return [
    amended(readSpecification('azure-openai-v1.json', '/openai/v1'), without(AZURE_V1, left)),
    chat('/openai/v1', [], left),
    amended(dated, without(AZURE_DATED, left)),
    // Chat is of the inference API, which goes by the same versions.
    chat('/openai/deployments/[^/]+', ['api-version'], left),
    readSpecification('azure-arm-cognitiveservices.json', ''),
    toSpecification('by the vendor’s pages', UNDESCRIBED, ''),
  ]
}

/** Azure's own description of chat is not at hand: it is OpenAI's, with members of its own. */
function chat(base: string, query: readonly string[], left: Amendment | undefined): Specification {
  const specification = readSpecification('openai.openapi.json', base)
  const operations = specification.operations
    .filter(({ name }) => name === 'POST /chat/completions')
    .map((operation) => ({
      ...operation,
      query: new Map([
        ...operation.query,
        ...query.map((name) => [name, { required: true, schema: { type: 'string' } }] as const),
      ]),
    }))
  return amended({ ...specification, operations }, without([...AZURE_ANSWER, ...AZURE_PIECES], left))
}

function without(amendments: readonly Amendment[], left: Amendment | undefined): readonly Amendment[] {
  return amendments.filter((amendment) => amendment !== left)
}
