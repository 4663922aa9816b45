import { APIConnectionTimeoutError } from 'openai'

/**
 * The pieces of a stream, which ends in an error when none comes for so long. A download may take as long as it likes while it goes on.
 *
 * @throws APIConnectionTimeoutError
 */
export async function* unlessSilent<T>(
  stream: ReadableStream<T>,
  silenceMs: number,
): AsyncGenerator<T, void, undefined> {
  const reader = stream.getReader()
  try {
    for (;;) {
      const next = await withinSilence(reader.read(), silenceMs)
      if (next.done) return
      yield next.value
    }
  } finally {
    // Nobody reads the rest; what closing it says is no news.
    await reader.cancel().catch(() => {})
  }
}

async function withinSilence<T>(piece: Promise<T>, silenceMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new APIConnectionTimeoutError()), silenceMs)
  })
  try {
    return await Promise.race([piece, silence])
  } finally {
    clearTimeout(timer)
  }
}
