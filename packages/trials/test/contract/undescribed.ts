/** Operations of which no vendor's description is at hand, written down from the vendor's pages: a page for each member. */
import type { Json } from './specification.ts'

const METRICS = 'Azure Monitor REST API, Metrics - List, 2023-10-01 (learn.microsoft.com/rest/api/monitor/metrics/list)'
const ASYNCHRONOUS =
  'Track asynchronous Azure operations (learn.microsoft.com/azure/azure-resource-manager/management/async-operations)'

const text: Json = { type: 'string' }
const localizable: Json = {
  type: 'object',
  properties: { value: text, localizedValue: text },
  required: ['value'],
}
/** The members of an object, all of one page; those that the page has as required. */
const from = (page: string, properties: Readonly<Record<string, Json>>, required: readonly string[]): Json => ({
  type: 'object',
  properties: Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, { ...Object(schema), 'x-source': page }]),
  ),
  required,
})

const values = from(METRICS, { timeStamp: { type: 'string', format: 'date-time' }, total: { type: 'number' } }, [
  'timeStamp',
])
const series = from(
  METRICS,
  {
    metadatavalues: { type: 'array', items: from(METRICS, { name: localizable, value: text }, []) },
    data: { type: 'array', items: values },
  },
  [],
)
const metric = from(
  METRICS,
  {
    id: text,
    type: text,
    name: localizable,
    displayDescription: text,
    unit: { enum: ['Count'] },
    errorCode: text,
    timeseries: { type: 'array', items: series },
  },
  ['id', 'type', 'name', 'unit', 'timeseries'],
)

export const UNDESCRIBED: Json = {
  swagger: '2.0',
  paths: {
    '/subscriptions/{s}/resourceGroups/{g}/providers/Microsoft.CognitiveServices/accounts/{a}/providers/microsoft.insights/metrics':
      {
        get: {
          parameters: ['api-version', 'metricnames', 'aggregation', 'interval', 'timespan', '$filter'].map((name) => ({
            name,
            in: 'query',
            required: name === 'api-version',
            type: 'string',
            'x-source': METRICS,
          })),
          responses: {
            200: {
              description: METRICS,
              schema: from(
                METRICS,
                {
                  cost: { type: 'number' },
                  timespan: text,
                  interval: text,
                  namespace: text,
                  resourceregion: text,
                  value: { type: 'array', items: metric },
                },
                ['timespan', 'value'],
              ),
            },
          },
        },
      },
    '/subscriptions/{s}/providers/Microsoft.CognitiveServices/locations/{l}/operationResults/{o}': {
      get: {
        parameters: [{ name: 'api-version', in: 'query', required: true, type: 'string', 'x-source': ASYNCHRONOUS }],
        responses: { 200: { description: ASYNCHRONOUS }, 202: { description: ASYNCHRONOUS } },
      },
    },
  },
}
