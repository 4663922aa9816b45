import type { Message } from '../example.ts'

/** Knows which call an answer belongs to, in formats that do not say it by an id. */
export interface Links {
  /** A call was made; returns its id, a new one (`call_1`, `call_2`, …) unless it has one. */
  readonly call: (name: string, id?: string) => string
  /** An answer came, of this tool if its name is known; returns the id of the earliest call still open, undefined when none is. */
  readonly answer: (name?: string) => string | undefined
  /** An answer came for the call with this id, of this tool; returns the id, undefined when no such call was made. */
  readonly answerTo: (id: string, name: string) => string | undefined
  /** The assistant speaks again after others: calls never answered are given up. */
  readonly forget: () => void
}

/** Links for one row. */
export function createLinks(): Links {
  const open: { readonly id: string; readonly name: string }[] = []
  const names = new Map<string, string>()
  let count = 0
  const next = () => {
    do count++
    while (names.has(`call_${count}`))
    return `call_${count}`
  }
  const close = (at: number) => (at === -1 ? undefined : open.splice(at, 1)[0]?.id)
  return {
    call: (name, id = next()) => {
      names.set(id, name)
      open.push({ id, name })
      return id
    },
    answer: (name) => close(open.findIndex((call) => name === undefined || call.name === name)),
    answerTo: (id, name) => {
      close(open.findIndex((call) => call.id === id))
      return names.get(id) === name ? id : undefined
    },
    forget: () => void open.splice(0),
  }
}

/**
 * Index of the first tool message that a reader without ids would take for the answer of another call; undefined when
 * there is none. `named` when answers carry the name of their tool.
 */
export function misleadingAnswer(messages: readonly Message[], named: boolean): number | undefined {
  if (!messages.some(({ role }) => role === 'tool')) return undefined
  const links = createLinks()
  /** An id used twice means the latest call that has it, so calls have ids of their own here. */
  const latest = new Map<string, { readonly own: string; readonly name: string }>()
  for (const [index, message] of messages.entries()) {
    if (message.role === 'assistant') {
      if (messages[index - 1]?.role !== 'assistant') links.forget()
      for (const call of message.tool_calls ?? []) {
        const name = call.type === 'function' ? call.function.name : call.custom.name
        latest.set(call.id, { own: links.call(name), name })
      }
    }
    if (message.role !== 'tool') continue
    const meant = latest.get(message.tool_call_id)
    if (links.answer(named ? meant?.name : undefined) !== meant?.own) return index
  }
  return undefined
}
