/** The descriptions of the vendors, each where its service is found, and amended as the service is known to differ from it. */
import { AZURE_CHAT, AZURE_V1, amended, OPENAI, type Amendment } from './amendments.ts'
import { readSpecification, toSpecification, type Specification } from './specification.ts'
import { UNDESCRIBED } from './undescribed.ts'

/** All amendments. */
export const AMENDMENTS: readonly Amendment[] = [...OPENAI, ...AZURE_V1, ...AZURE_CHAT]

/** `left` is an amendment that is left out. */
export function openaiSpecification(left?: Amendment): Specification {
  return amended(readSpecification('openai.openapi.json', '/v1'), without(OPENAI, left))
}

/** In the order in which a path is looked for. */
export function azureSpecifications(left?: Amendment): readonly Specification[] {
  return [
    amended(readSpecification('azure-openai-v1.json', '/openai/v1'), without(AZURE_V1, left)),
    amended(chatOnly(readSpecification('openai.openapi.json', '/openai/v1')), without(AZURE_CHAT, left)),
    readSpecification('azure-openai-authoring-2025-04-01-preview.json', '/openai'),
    readSpecification('azure-arm-cognitiveservices.json', ''),
    toSpecification('by the vendor’s pages', UNDESCRIBED, ''),
  ]
}

/** Azure's own description of chat is not at hand: it is OpenAI's, with members of its own. */
function chatOnly(specification: Specification): Specification {
  const operations = specification.operations.filter(({ name }) => name === 'POST /chat/completions')
  return { ...specification, operations }
}

function without(amendments: readonly Amendment[], left: Amendment | undefined): readonly Amendment[] {
  return amendments.filter((amendment) => amendment !== left)
}
