import type { Topic, TopicName } from '../suite.ts'
import { abort } from './abort.ts'
import { cancel } from './cancel.ts'
import { chat } from './chat.ts'
import { checkpoints } from './checkpoints.ts'
import { datasets } from './datasets.ts'
import { deployments } from './deployments.ts'
import { errors } from './errors.ts'
import { events } from './events.ts'
import { jobs } from './jobs.ts'
import { lists } from './lists.ts'
import { models } from './models.ts'
import { pause } from './pause.ts'
import { permits } from './permits.ts'
import { purge } from './purge.ts'
import { raw } from './raw.ts'
import { recovery } from './recovery.ts'
import { references } from './references.ts'
import { states } from './states.ts'
import { terms } from './terms.ts'
import { unsupported } from './unsupported.ts'

/** The tests of each topic. */
export const TOPIC_TESTS: Readonly<Record<TopicName, Topic>> = {
  datasets,
  jobs,
  states,
  lists,
  cancel,
  pause,
  events,
  checkpoints,
  models,
  deployments,
  chat,
  terms,
  errors,
  unsupported,
  permits,
  abort,
  raw,
  references,
  recovery,
  purge,
}
