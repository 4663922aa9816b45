import { createLogUpdate } from 'log-update'
import stringWidth from 'string-width'

const BETWEEN_FRAMES_MS = 80
const CLOCK_MS = 1000

/** A block at the bottom of the terminal that is drawn again and again, with lines passing above it. */
export interface Live {
  /** Prints a line above the block. */
  line(text: string): void
  /** The block has changed: draws it soon, and never more than a dozen times a second. */
  changed(): void
  /** Takes the block away, for instance to ask a question; lines wait. */
  pause(): void
  resume(): void
  /** Leaves the last block standing and gives the cursor back. */
  stop(): void
}

/** `render` gives the block for a width in columns. */
export function createLive(stream: NodeJS.WriteStream, render: (columns: number) => string): Live {
  const update = createLogUpdate(stream)
  let drawn = ''
  let paused = false
  let waiting: NodeJS.Timeout | undefined
  const held: string[] = []

  const draw = () => {
    waiting = undefined
    if (paused) return
    drawn = render(columnsOf(stream))
    update(drawn)
  }
  const resized = () => {
    if (paused || drawn === '') return
    // A narrower terminal has wrapped the block onto more rows than log-update counted: erase those that it would leave behind.
    const extra = rowsAt(drawn, columnsOf(stream)) - drawn.split('\n').length
    if (extra > 0) {
      update.clear()
      stream.moveCursor(0, -extra)
      stream.clearScreenDown()
    }
    draw()
  }
  const clock = setInterval(draw, CLOCK_MS)
  stream.on('resize', resized)

  return {
    line(text) {
      if (paused) held.push(text)
      else {
        update.clear()
        // Written by ourselves: log-update would break a long id into lines that cannot be copied whole.
        stream.write(`${text}\n`)
        draw()
      }
    },
    changed() {
      waiting ??= setTimeout(draw, BETWEEN_FRAMES_MS)
    },
    pause() {
      paused = true
      update.clear()
      update.done()
    },
    resume() {
      paused = false
      for (const text of held.splice(0)) stream.write(`${text}\n`)
      draw()
    },
    stop() {
      clearInterval(clock)
      clearTimeout(waiting)
      stream.off('resize', resized)
      if (!paused) draw()
      paused = true
      update.done()
      for (const text of held.splice(0)) stream.write(`${text}\n`)
    },
  }
}

/** Rows that a block takes once the terminal has wrapped it to a new width. */
export function rowsAt(block: string, columns: number): number {
  return block.split('\n').reduce((rows, line) => rows + Math.max(1, Math.ceil(stringWidth(line) / columns)), 0)
}

function columnsOf(stream: NodeJS.WriteStream): number {
  // Zero columns is what some terminals without a size report.
  return stream.columns || 80
}
