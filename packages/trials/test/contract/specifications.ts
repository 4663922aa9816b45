/** The descriptions of the vendors, each where its service is found. */
import { readSpecification, type Specification } from './specification.ts'

export function openaiSpecification(): Specification {
  return readSpecification('openai.openapi.json', '/v1')
}

export function azureSpecifications(): readonly Specification[] {
  return [
    readSpecification('azure-openai-v1.json', '/openai/v1'),
    readSpecification('azure-openai-authoring-2025-04-01-preview.json', '/openai'),
    readSpecification('azure-arm-cognitiveservices.json', ''),
  ]
}
