import type { Source } from '../evidence.ts'

/** Where what is said of Azure was read. */
export const AZURE_SOURCES = {
  retirement: {
    title: 'Azure documentation: model retirement schedule',
    pageDate: '2026-09-02',
    readOn: '2026-11-22',
  },
  overview: {
    title: 'Azure documentation: fine-tuning overview',
    url: 'https://learn.microsoft.com/azure/foundry/fine-tuning/overview',
    pageDate: '2026-10-06',
    readOn: '2026-11-22',
  },
  costs: { title: 'Azure documentation: fine-tuning cost management, example numbers', readOn: '2026-11-22' },
  deploy: { title: 'Azure documentation: how-to/fine-tuning-deploy.md', readOn: '2026-11-22' },
  dataset: { title: 'Azure documentation: fine-tuning, preparing the data', readOn: '2026-11-22' },
  openaiGuide: { title: 'OpenAI documentation: supervised fine-tuning; best practices', readOn: '2026-11-22' },
  reinforcement: { title: 'Azure documentation: reinforcement fine-tuning', readOn: '2026-11-22' },
  limits: { title: 'Azure documentation: quotas-limits.md', pageDate: '2026-02-17', readOn: '2026-11-22' },
  schema: {
    title: 'azure-rest-api-specs, AzureOpenAI authoring 2025-04-01-preview, and the v1 document',
    url: 'https://github.com/Azure/azure-rest-api-specs',
    readOn: '2026-11-22',
  },
  privacy: {
    title: 'Azure documentation: openai-data-privacy-content.md',
    pageDate: '2026-03-19',
    readOn: '2026-11-22',
  },
  abuse: { title: 'Azure documentation: abuse-monitoring.md', pageDate: '2025-12-06', readOn: '2026-11-22' },
} as const satisfies Readonly<Record<string, Source>>
