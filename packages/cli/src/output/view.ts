import type { RunEvent } from '@anytune/core'
import type { Session } from '../session.ts'
import { eventLine } from './event-line.ts'
import type { Output } from './output.ts'
import { advance, NO_PROGRESS, renderProgress } from './progress.ts'

/** Where the events of a watched job are shown. */
export interface View {
  show(event: RunEvent): void
  /** Something said besides the events. */
  remark(text: string): void
  /** Gives the terminal to somebody else, until `resume`; what happens meanwhile is shown then. */
  pause(): void
  resume(): void
  stop(): void
}

/** A block that is redrawn on a terminal; one line, or one JSON value, for each event elsewhere. */
export async function createView({ output, streams }: Session): Promise<View> {
  const live = streams.stdout.isTTY && streams.env['TERM'] !== 'dumb' && !output.json && !output.quiet
  return live ? liveView(output, streams.stdout) : lineView(output)
}

function lineView(output: Output): View {
  let status: string | undefined
  let measured = false
  return {
    show(event) {
      // Where metrics name the step, a status that names it too is told once: when it changes.
      const repeats = event.type === 'status' && event.status === status && measured
      if (output.json || !repeats) output.progress(event, () => eventLine(event))
      if (event.type === 'status') status = event.status
      measured ||= event.type === 'job' && event.event.type === 'metrics'
    },
    remark: (text) => output.note(text),
    pause() {},
    resume() {},
    stop() {},
  }
}

async function liveView({ paint }: Output, stdout: NodeJS.WriteStream): Promise<View> {
  const { createLive } = await import('./live.ts')
  let progress = NO_PROGRESS
  const live = createLive(stdout, (columns) => renderProgress(progress, { columns, now: Date.now(), paint }))
  return {
    show(event) {
      const before = progress
      progress = advance(progress, event)
      if (isNews(event, before.status !== progress.status)) live.line(eventLine(event))
      else live.changed()
    },
    remark: (text) => live.line(text),
    pause: () => live.pause(),
    resume: () => live.resume(),
    stop: () => live.stop(),
  }
}

/** Metrics and steps of the training are in the block; everything else deserves a line of its own. */
function isNews(event: RunEvent, statusChanged: boolean): boolean {
  if (event.type === 'status') return statusChanged
  return event.type !== 'job' || event.event.type !== 'metrics'
}
