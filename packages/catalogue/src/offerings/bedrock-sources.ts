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
  customJobs: {
    title: 'Amazon Bedrock documentation: encryption of custom model jobs (encryption-custom-job)',
    readOn: '2026-11-22',
  },
  copyModel: { title: 'Amazon Bedrock documentation: copying a model to another Region', readOn: '2026-11-22' },
  access: {
    title: 'Amazon Bedrock documentation: access and security of model customization',
    readOn: '2026-11-22',
  },
  retention: {
    title: 'Amazon Bedrock documentation: data retention',
    url: 'https://docs.aws.amazon.com/bedrock/latest/userguide/data-retention',
    readOn: '2026-11-22',
  },
  schema: { title: 'AWS’s description of Amazon Bedrock, 2023-04-20', readOn: '2026-11-22' },
  storageSchema: { title: 'AWS’s description of Amazon S3', readOn: '2026-11-22' },
  quotas: { title: 'service quotas of Amazon Bedrock, as others report them', readOn: '2026-11-22' },
  usageTypes: { title: 'usage types of the AWS Price List, as others report them', readOn: '2026-11-22' },
} as const satisfies Readonly<Record<string, Source>>
