import type { Judgement } from '../evaluate.ts'
import { FIELDS, parseObject } from '../tickets.ts'
import { readable } from '../words.ts'
import type { ReportFacts } from './facts.ts'
import { html, type Html } from './html.ts'

/** Tickets shown of each kind. */
const SHOWN = 3

/** Answers of an untrained model can be long and say nothing. */
const LONGEST_ANSWER = 72

/** What an untrained model says is told by its first letters. */
const LONGEST_BABBLE = 40

/** The first held-out tickets that were answered right and the first that were not, in the order of the file. */
export function samples({ base, tuned }: ReportFacts): Html {
  const before = new Map(base.judgements.map(({ ticket, answer }) => [ticket, answer]))
  const right = tuned.judgements.filter(({ exact }) => exact).slice(0, SHOWN)
  const wrong = tuned.judgements.filter(({ exact }) => !exact).slice(0, SHOWN)
  return html`<div class="samples">
    ${column('Answered right', right, before)} ${column('Answered wrong', wrong, before)}
  </div>`
}

function column(heading: string, judgements: readonly Judgement[], before: ReadonlyMap<unknown, string>): Html {
  const tickets = judgements.map((judgement) => ticket(judgement, before.get(judgement.ticket) ?? ''))
  const list =
    tickets.length > 0
      ? html`<ol>
          ${tickets}
        </ol>`
      : html`<p>None.</p>`
  return html`<div>
    <h3>${heading}</h3>
    ${list}
  </div>`
}

function ticket(judgement: Judgement, before: string): Html {
  const { ticket, exact } = judgement
  const expected = exact
    ? undefined
    : html`<dt>right is</dt>
        <dd><code>${breakable(ticket.target)}</code></dd>`
  return html`<li class="ticket">
    <blockquote>${ticket.text}</blockquote>
    <dl>
      <dt>before</dt>
      <dd class="garbled"><code>${readable(before, LONGEST_BABBLE)}</code></dd>
      <dt>after</dt>
      <dd><code>${answerOf(judgement)}</code></dd>
      ${expected}
    </dl>
  </li> `
}

/** The answer, with the labels that are wrong marked; all of it where it is not of the right shape. */
function answerOf({ ticket, answer, validJson, fields }: Judgement): Html {
  if (!validJson) return html`<mark>${readable(answer, LONGEST_ANSWER)}</mark>`
  const given = parseObject(answer)
  const wrong = FIELDS.filter((field) => !fields[field]).map((field) =>
    JSON.stringify(given?.[field] ?? ticket.labels[field]),
  )
  // Labels of different keys are never the same, so a label in quotes is found at its own place.
  const pieces = answer.split(/("[^"]*")/)
  return html`${pieces.map((piece) => (wrong.includes(piece) ? html`<mark>${piece}</mark>` : breakable(piece)))}`
}

/** JSON that may break after its commas. */
function breakable(json: string): Html {
  return html`${json.split(/(?<=,)/).map((piece) => html`${piece}${piece.endsWith(',') ? html`<wbr />` : undefined}`)}`
}
