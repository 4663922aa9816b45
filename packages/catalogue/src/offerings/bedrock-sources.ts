import type { Source } from '../evidence.ts'

/** Where what is said of Amazon Bedrock was read. */
export const BEDROCK_SOURCES = {
  prepare: {
    title: 'Amazon Bedrock documentation: preparing data for model customization',
    readOn: '2026-11-22',
  },
  novaPrepare: {
    title: 'Amazon Nova documentation: preparing data for fine-tuning understanding models',
    readOn: '2026-11-22',
  },
  novaValidator: {
    title: 'AWS’s validator of Nova datasets: amazon-nova-samples, nova_ft_dataset_validator.py, commit 1e88f24',
    url: 'https://github.com/aws-samples/amazon-nova-samples',
    readOn: '2026-11-22',
  },
  blog: {
    title: 'AWS Machine Learning Blog, post ML-19982, example numbers',
    pageDate: '2026-03',
    readOn: '2026-11-22',
  },
  quotas: { title: 'service quotas of Amazon Bedrock, as others report them', readOn: '2026-11-22' },
  usageTypes: { title: 'usage types of the AWS Price List, as others report them', readOn: '2026-11-22' },
} as const satisfies Readonly<Record<string, Source>>
