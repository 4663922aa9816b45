import { json } from '../../server/answer.ts'
import type { Answer } from '../../server/service.ts'
import type { Deployment } from '../deployments.ts'
import { AzureRefusal } from '../refusal.ts'
import { accountId } from './answers.ts'
import type { ArmCall } from './arm-call.ts'

// No schema of Azure Monitor was at hand: written from general knowledge of its documentation.

/** How often each deployment was asked, by hour or day: the metric `AzureOpenAIRequests`, split by deployment. */
export function listMetrics(call: ArmCall): Answer {
  const { account, request } = call
  const query = readQuery(request.query)
  const metric = `${accountId(account)}/providers/Microsoft.Insights/metrics/${METRIC}`
  // Azure tells nothing at all of a deployment that was never asked.
  const asked = account.deployments.all().filter(({ calls }) => calls.some((at) => at >= query.from && at < query.to))
  return json(200, {
    cost: 0,
    timespan: `${instant(query.from)}/${instant(query.to)}`,
    interval: query.interval,
    namespace: 'Microsoft.CognitiveServices/accounts',
    resourceregion: account.settings.location,
    value: [
      {
        id: metric,
        type: 'Microsoft.Insights/metrics',
        name: { value: METRIC, localizedValue: 'Azure OpenAI Requests' },
        unit: 'Count',
        errorCode: 'Success',
        timeseries: asked.map((deployment) => toSeries(deployment, query)),
      },
    ],
  })
}

const METRIC = 'AzureOpenAIRequests'
const HOUR = 60 * 60 * 1000
const INTERVALS: Readonly<Record<string, number | undefined>> = { PT1H: HOUR, P1D: 24 * HOUR }
const FILTER = /^ModelDeploymentName eq '\*'$/i
/** What Azure Monitor keeps. */
const LONGEST = 93 * 24 * HOUR

interface Query {
  readonly from: number
  readonly to: number
  readonly interval: string
  readonly step: number
}

function readQuery(query: URLSearchParams): Query {
  const [from = NaN, to = NaN] = (query.get('timespan') ?? '').split('/').map((part) => Date.parse(part))
  const interval = query.get('interval') ?? 'PT1H'
  const step = INTERVALS[interval]
  const problem =
    (query.get('metricnames') !== METRIC && `the metric '${METRIC}' is the only one here`) ||
    (query.get('aggregation') !== 'Total' && "the aggregation must be 'Total'") ||
    (!FILTER.test(query.get('$filter') ?? '') && "the filter must be ModelDeploymentName eq '*'") ||
    (!(from < to) && 'the timespan must be two instants with a slash between them, the earlier first') ||
    (to - from > LONGEST && 'the timespan must not be longer than 93 days')
  if (problem !== false) throw new AzureRefusal(400, 'BadRequest', `The request is invalid: ${problem}.`)
  if (step === undefined)
    throw new AzureRefusal(400, 'BadRequest', 'The request is invalid: the interval must be PT1H or P1D.')
  return { from, to, interval, step }
}

function toSeries({ name, calls }: Deployment, { from, to, step }: Query) {
  const data: { readonly timeStamp: string; readonly total: number }[] = []
  for (let start = from; start < to; start += step) {
    const end = Math.min(to, start + step)
    data.push({ timeStamp: instant(start), total: calls.filter((at) => at >= start && at < end).length })
  }
  return {
    metadatavalues: [{ name: { value: 'modeldeploymentname', localizedValue: 'modeldeploymentname' }, value: name }],
    data,
  }
}

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
