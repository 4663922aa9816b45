/** Cosine and sine of each position's angles, [positions, headWidth / 2] each (rotary position embedding, base 10000). */
export interface RotationTable {
  readonly cosines: Float32Array<ArrayBuffer>
  readonly sines: Float32Array<ArrayBuffer>
  readonly half: number
}

/** The angles of the first `positions` positions for heads of this width. */
export function rotationTable(positions: number, headWidth: number): RotationTable {
  const half = headWidth / 2
  const table = { cosines: new Float32Array(positions * half), sines: new Float32Array(positions * half), half }
  for (let position = 0; position < positions; position++) {
    for (let index = 0; index < half; index++) {
      const angle = position * 10_000 ** (-index / half)
      table.cosines[position * half + index] = Math.cos(angle)
      table.sines[position * half + index] = Math.sin(angle)
    }
  }
  return table
}

/** Turns each head of each row by its position, in place; the first row is at `start`. */
export function rotateHeads(
  rows: Float32Array,
  table: RotationTable,
  start: number,
  width: number,
  heads: number,
): void {
  const { cosines, sines, half } = table
  for (let row = 0; row * width < rows.length; row++) {
    for (let head = 0; head < heads; head++) {
      const offset = row * width + head * 2 * half
      for (let index = 0; index < half; index++) {
        const cosine = cosines[(start + row) * half + index] ?? 0
        const sine = sines[(start + row) * half + index] ?? 0
        const low = rows[offset + index] ?? 0
        const high = rows[offset + half + index] ?? 0
        rows[offset + index] = low * cosine - high * sine
        rows[offset + half + index] = low * sine + high * cosine
      }
    }
  }
}
