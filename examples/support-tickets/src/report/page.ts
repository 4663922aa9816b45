import { smoothingSteps } from '../curve.ts'
import { outOf } from '../table.ts'
import { REHEARSAL } from '../words.ts'
import { lossChart } from './chart.ts'
import type { FactGroup, ReportFacts } from './facts.ts'
import { html, trusted, type Html } from './html.ts'
import { resultsTable, strips } from './results.ts'
import { samples } from './samples.ts'
import { STYLE } from './style.ts'

/** The report as one HTML document that needs nothing besides itself: no script, no font, no picture from elsewhere. */
export function renderReport(facts: ReportFacts): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <meta name="color-scheme" content="light dark" />
        <title>Support tickets, before and after fine-tuning</title>
        <style>
          ${trusted(STYLE)}
        </style>
      </head>
      <body>
        <main>
          ${opening(facts)} ${results(facts)} ${curve(facts)} ${examples(facts)} ${privacy(facts)}
          ${howItWasMade(facts)} ${limits(facts)} ${next(facts)}
        </main>
      </body>
    </html> `
  return `${page.html.trim()}\n`
}

function opening({ base, tuned, trained, trainingTime }: ReportFacts): Html {
  return html`<header>
    <p class="eyebrow">anytune · a rehearsal on this computer</p>
    <h1>Support tickets, before and after fine-tuning</h1>
    <p class="lead">
      A tiny model that started empty was trained on ${trained.scores.examples} labelled tickets in
      ${unbroken(trainingTime)}. Asked about ${tuned.scores.examples} tickets that it had never seen, it gave exactly
      the right JSON for
      <strong>${outOf(tuned.scores, tuned.scores.exact)}</strong>; before, for ${outOf(base.scores, base.scores.exact)}.
    </p>
    <div class="note"><p>${REHEARSAL}</p></div>
  </header>`
}

function results(facts: ReportFacts): Html {
  return html`<section aria-labelledby="results">
    <h2 id="results">What it learned</h2>
    <p>
      Every cell is one held-out ticket, in the order of the file. The nearest neighbour is no model: it gives the
      answer of the training ticket with the most similar words (TF-IDF, cosine), and is what training has to beat.
    </p>
    ${strips(facts)} ${resultsTable(facts)}
  </section>`
}

function curve({ curve }: ReportFacts): Html {
  const [first, last, validation] = [curve.training[0], curve.training.at(-1), curve.validation.at(-1)]
  const ends = [
    `Training loss falls from ${decimal(first?.loss)} to ${decimal(last?.loss)} in ${last?.step ?? 0} steps.`,
    ...(validation ? [`Validation loss ends at ${decimal(validation.loss)}.`] : []),
  ].join(' ')
  return html`<section aria-labelledby="curve">
    <h2 id="curve">How the loss fell</h2>
    <p>
      Loss is how surprised the model is by the right answer, in nats for each token: less is better (the scale is
      logarithmic). ${ends} Validation loss is measured on the held-out tickets after each epoch; nothing is learned
      from them, and no checkpoint is chosen by them.
    </p>
    <ul class="legend" aria-hidden="true">
      <li><i class="faint"></i>training, every step</li>
      <li><i class="line"></i>training, mean of ${smoothingSteps(curve.training)} steps</li>
      <li><i class="dotted"></i>validation, every epoch</li>
    </ul>
    <figure class="wide">${lossChart(curve, { width: 896, height: 380 }, 'wide', ends)}</figure>
    <figure class="narrow">${lossChart(curve, { width: 350, height: 290 }, 'narrow', ends)}</figure>
    ${curveTable(curve)}
  </section>`
}

/** The same in numbers, for those who cannot see the curve or want to look one up. */
function curveTable({ training, validation }: ReportFacts['curve']): Html {
  const trainingAt = new Map(training.map(({ step, loss }) => [step, loss]))
  const rows = (validation.length > 0 ? validation : training.slice(-1)).map(
    ({ step, loss }) =>
      html`<tr>
        <th scope="row">${step}</th>
        <td>${decimal(trainingAt.get(step))}</td>
        <td>${decimal(validation.length > 0 ? loss : undefined)}</td>
      </tr> `,
  )
  return html`<details>
    <summary>The curve in numbers</summary>
    <table>
      <thead>
        <tr>
          <th scope="col">step</th>
          <th scope="col">training loss</th>
          <th scope="col">validation loss</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </details>`
}

function examples(facts: ReportFacts): Html {
  return html`<section aria-labelledby="samples">
    <h2 id="samples">What it answers</h2>
    <p>
      The first held-out tickets that the fine-tuned model answered right and the first that it answered wrong, not
      picked by hand. Wrong labels are marked.
    </p>
    ${samples(facts)}
  </section>`
}

function privacy({ privacy }: ReportFacts): Html {
  return html`<section aria-labelledby="privacy">
    <h2 id="privacy">What left this computer</h2>
    <p>
      ${privacy} With any provider the plan names what would be sent, where to and under which terms, before anything
      is.
    </p>
  </section>`
}

function howItWasMade({ groups, baseModel }: ReportFacts): Html {
  return html`<section aria-labelledby="made">
    <h2 id="made">How it was made</h2>
    <p>The base model: ${baseModel}</p>
    <div class="facts">${groups.map(group)}</div>
  </section>`
}

function group({ heading, facts }: FactGroup): Html {
  const rows = Object.entries(facts).map(
    ([name, value]) =>
      html`<div>
        <dt>${name}</dt>
        <dd>${value}</dd>
      </div> `,
  )
  return html`<div>
    <h3>${heading}</h3>
    <dl>${rows}</dl>
  </div>`
}

function limits({ tuned }: ReportFacts): Html {
  const { examples } = tuned.scores
  return html`<section aria-labelledby="limits">
    <h2 id="limits">What this does not show</h2>
    <ul class="plain">
      <li>The tickets are synthetic, balanced and by one author: easier and tidier than a real inbox.</li>
      <li>
        ${examples} held-out tickets are few: one is ${(100 / examples).toFixed(1)} points. Another seed gives other
        figures.
      </li>
      <li>
        The toy model learns the shape of the answers and words that go with labels. It says nothing about how well a
        real base model would do.
      </li>
    </ul>
  </section>`
}

function next({ next }: ReportFacts): Html {
  return html`<section aria-labelledby="next">
    <h2 id="next">Ask it yourself</h2>
    <pre><code>${next}</code></pre>
  </section>`
}

/** On one line, wherever the text around it breaks. */
function unbroken(text: string): string {
  return text.replaceAll(' ', '\u00A0')
}

function decimal(loss: number | undefined): string {
  return loss === undefined ? '–' : loss.toFixed(loss < 0.1 ? 3 : 2)
}
