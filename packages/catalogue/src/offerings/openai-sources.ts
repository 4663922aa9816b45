import type { Source } from '../evidence.ts'

/** Where what is said of OpenAI was read. */
export const OPENAI_SOURCES = {
  deprecations: {
    title: 'OpenAI documentation: Deprecations',
    url: 'https://developers.openai.com/api/docs/deprecations',
    pageDate: '2026-09-08',
    readOn: '2026-11-22',
  },
  laterDeprecations: {
    title:
      'two copies by others of OpenAI’s Deprecations page with its notice of 2026-10-14 (w3cschool.cn; README of tunekeep)',
    pageDate: '2026-11',
    readOn: '2026-11-22',
  },
  pricing: { title: 'OpenAI documentation: pricing, standard tier', pageDate: '2026-10', readOn: '2026-11-22' },
  supervisedGuide: { title: 'OpenAI documentation: supervised fine-tuning; best practices', readOn: '2026-11-22' },
  visionGuide: { title: 'OpenAI documentation: vision fine-tuning', readOn: '2026-11-22' },
  tiktoken: {
    title: 'OpenAI’s package tiktoken: tiktoken/model.py, commit 4e71bbe',
    url: 'https://github.com/openai/tiktoken',
    pageDate: '2026-08-16',
    readOn: '2026-11-25',
  },
  client: {
    title: 'OpenAI’s package openai 7.57.0: its types and their comments',
    pageDate: '2026-11-13',
    readOn: '2026-11-22',
  },
  schema: {
    title: 'OpenAI’s API description: openai-openapi, openapi.yaml, commit f85dbe2',
    url: 'https://github.com/openai/openai-openapi',
    pageDate: '2026-08-21',
    readOn: '2026-11-22',
  },
  dataControls: {
    title: 'OpenAI documentation: data controls (guides/your-data)',
    pageDate: '2026-09',
    readOn: '2026-11-22',
  },
  regionTable: {
    title: 'OpenAI documentation: data controls (guides/your-data), table of support by region',
    pageDate: '2026-07',
    readOn: '2026-11-22',
  },
  keyManagement: {
    title: 'a page of others on enterprise key management at OpenAI',
    pageDate: '2026-07',
    readOn: '2026-11-22',
  },
  privateLink: {
    title: 'a page of others on private connections to OpenAI',
    pageDate: '2026-07-14',
    readOn: '2026-11-22',
  },
  forum: { title: 'community.openai.com, topic 351631', readOn: '2026-11-22' },
} as const satisfies Readonly<Record<string, Source>>
