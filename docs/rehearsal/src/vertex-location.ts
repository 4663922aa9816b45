/** Where a Vertex resource is served: its own name says it, never the job's region. */
export interface Location {
  readonly project: string
  /** Where jobs run, such as `europe-west4`. */
  readonly location: string
  /** Where tuned models are served: `eu` or `us` for newer models, else the same region. */
  readonly servingLocation: string
}

/** The URL of a resource such as `projects/…/locations/…/endpoints/…`. */
export function urlOf(name: string): string {
  const location = name.split('/')[3] ?? 'global'
  const host = HOSTS[location] ?? `${location}-aiplatform.googleapis.com`
  return `https://${host}/v1beta1/${name}`
}

const HOSTS: Readonly<Record<string, string>> = {
  global: 'aiplatform.googleapis.com',
  us: 'aiplatform.us.rep.googleapis.com',
  eu: 'aiplatform.eu.rep.googleapis.com',
}
