import type { Judgement } from '../evaluate.ts'
import { COLUMNS, outOf, percent, type Result } from '../table.ts'
import type { Contender, ReportFacts } from './facts.ts'
import { html, type Html } from './html.ts'

/** Every held-out ticket as a cell, for each contender, so that the share that is right can be seen at a glance. */
export function strips({ base, neighbour, tuned }: ReportFacts): Html {
  return html`<div class="strips">${strip(base, '')}${strip(neighbour, '')}${strip(tuned, 'tuned')}</div>
    <ul class="legend" aria-hidden="true">
      <li><i class="exact"></i>exactly right</li>
      <li><i class="valid"></i>valid JSON, not exactly right</li>
      <li><i class="broken"></i>not valid JSON</li>
    </ul>`
}

function strip({ name, scores, judgements }: Contender, kind: string): Html {
  const right = `${outOf(scores, scores.exact)} exact`
  const cells = judgements.map((judgement) => html`<i class="${cellOf(judgement)}"></i>`)
  return html`<div class="strip ${kind}">
    <div class="strip-head"><b>${capitalized(name)}</b><span>${right}</span></div>
    <div class="cells" role="img" aria-label="${name}: ${right}, ${outOf(scores, scores.validJson)} valid JSON">
      ${cells}
    </div>
  </div>`
}

function cellOf({ exact, validJson }: Judgement): string {
  if (exact) return 'exact'
  return validJson ? 'valid' : 'broken'
}

/** The table of results; on a narrow page each row becomes a block with its headings inside. */
export function resultsTable({ base, neighbour, tuned, trained }: ReportFacts): Html {
  return html`<div class="scroll results">
    <table>
      <thead>
        <tr>
          <th scope="col">Who answered</th>
          ${COLUMNS.map(({ heading }) => html`<th scope="col">${heading}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${row(base, '')}${row(neighbour, '')}${row(tuned, 'tuned')}${row(trained, 'apart')}
      </tbody>
    </table>
  </div>`
}

function row({ name, scores }: Result, kind: string): Html {
  const cells = COLUMNS.map(({ heading, value }) => {
    const share = value(scores)
    const bar = html`<span class="bar" style="--share: ${(share * 100).toFixed(1)}%" aria-hidden="true"></span>`
    return html`<td data-label="${heading}">${percent(share)}${bar}</td>`
  })
  return html`<tr class="${kind}">
    <th scope="row">${capitalized(name)}</th>
    ${cells}
  </tr> `
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
