const epsilon = 1e-6

/** A copy of the rows, each divided by its root mean square. */
export function normalize(rows: Float32Array, width: number): Float32Array {
  const result = new Float32Array(rows.length)
  for (let start = 0; start < rows.length; start += width) {
    let sum = 0
    for (let index = start; index < start + width; index++) sum += (rows[index] ?? 0) ** 2
    const scale = 1 / Math.sqrt(sum / width + epsilon)
    for (let index = start; index < start + width; index++) result[index] = (rows[index] ?? 0) * scale
  }
  return result
}

/** Multiplies every row by the gains, in place. */
export function gain(rows: Float32Array, gains: Float32Array): void {
  for (let index = 0; index < rows.length; index++)
    rows[index] = (rows[index] ?? 0) * (gains[index % gains.length] ?? 0)
}

/** [rows, inputs] times [inputs, outputs]. */
export function multiply(rows: Float32Array, matrix: Float32Array, inputs: number, outputs: number): Float32Array {
  const count = rows.length / inputs
  const result = new Float32Array(count * outputs)
  for (let input = 0; input < inputs; input++) {
    const matrixRow = input * outputs
    for (let row = 0; row < count; row++) {
      const factor = rows[row * inputs + input] ?? 0
      if (factor === 0) continue
      const resultRow = row * outputs
      for (let output = 0; output < outputs; output++) {
        result[resultRow + output] = (result[resultRow + output] ?? 0) + factor * (matrix[matrixRow + output] ?? 0)
      }
    }
  }
  return result
}

/** max(0, x) squared, in place. */
export function squaredRelu(values: Float32Array): void {
  for (let index = 0; index < values.length; index++) values[index] = Math.max(0, values[index] ?? 0) ** 2
}

/** Adds the second to the first, in place. */
export function addInto(target: Float32Array, values: Float32Array): void {
  for (let index = 0; index < values.length; index++) target[index] = (target[index] ?? 0) + (values[index] ?? 0)
}
