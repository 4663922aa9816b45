import { smoothed, type LossCurve, type LossPoint } from '../curve.ts'
import { html, type Html } from './html.ts'
import { logTicks, ticksTo } from './ticks.ts'

/** A drawing's size in CSS pixels; text keeps its size, so a narrow page needs a narrow drawing. */
export interface ChartSize {
  readonly width: number
  readonly height: number
}

/**
 * The loss curve as inline SVG, losses on a logarithmic scale: they fall fast and then for long; `id` must be unique on the page, and `description` says in words what is to be seen.
 *
 * @throws RangeError when there is no training loss.
 */
export function lossChart(curve: LossCurve, size: ChartSize, id: string, description: string): Html {
  const frame = frameOf(curve, size)
  const { left, right, top, bottom, x, y, steps, losses } = frame
  return html`<svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-labelledby="${id}-title ${id}-text">
    <title id="${id}-title">Loss while training</title>
    <desc id="${id}-text">${description}</desc>
    <g class="grid">
      ${losses.map((loss) => html`<line x1="${left}" x2="${right}" y1="${y(loss)}" y2="${y(loss)}" />`)}
    </g>
    <g class="ticks" text-anchor="end">
      ${losses.map((loss) => html`<text x="${left - 10}" y="${y(loss)}" dy="0.32em">${loss}</text>`)}
    </g>
    <g class="ticks" text-anchor="middle">
      ${steps.map((step) => html`<text x="${x(step)}" y="${bottom + 22}">${step}</text>`)}
    </g>
    <text class="axis" x="${left - 10}" y="${top - 16}" text-anchor="end">loss</text>
    <text class="axis" x="${right}" y="${bottom + 42}" text-anchor="end">step</text>
    <polyline class="training-steps" points="${pathOf(curve.training, frame)}" />
    <polyline class="training" points="${pathOf(smoothed(curve.training), frame)}" />
    <polyline class="validation" points="${pathOf(curve.validation, frame)}" />
    <g class="validation-points">
      ${curve.validation.map(({ step, loss }) => html`<circle cx="${x(step)}" cy="${y(loss)}" r="2.6" />`)}
    </g>
  </svg>`
}

interface Frame {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  /** Places a step and a loss, in CSS pixels to a tenth. */
  readonly x: (step: number) => number
  readonly y: (loss: number) => number
  readonly steps: readonly number[]
  readonly losses: readonly number[]
}

function frameOf({ training, validation }: LossCurve, { width, height }: ChartSize): Frame {
  if (training.length === 0) throw new RangeError('there is no loss to draw')
  const all = [...training, ...validation]
  const last = Math.max(...all.map(({ step }) => step))
  const losses = logTicks(all.map(({ loss }) => drawable(loss)))
  const [lowest, highest] = [losses.at(0) ?? 1, losses.at(-1) ?? 1]
  const [left, right, top, bottom] = [48, width - 14, 34, height - 48]
  const round = (pixels: number) => Math.round(pixels * 10) / 10
  const share = (loss: number) => Math.log(drawable(loss) / lowest) / Math.log(highest / lowest)
  return {
    left,
    right,
    top,
    bottom,
    x: (step) => round(left + (step / last) * (right - left)),
    y: (loss) => round(bottom - share(loss) * (bottom - top)),
    steps: ticksTo(last, width < 500 ? 3 : 6).filter((step) => step <= last),
    losses,
  }
}

/** A logarithm has no place for 0, and nothing can be read from losses as small as this. */
function drawable(loss: number): number {
  return Math.max(loss, 1e-4)
}

function pathOf(points: readonly LossPoint[], { x, y }: Frame): string {
  return points.map(({ step, loss }) => `${x(step)},${y(loss)}`).join(' ')
}
