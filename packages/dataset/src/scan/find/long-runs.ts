const LONG = 20

/**
 * Visits every run of 20 characters or more of those that keys are made of: letters, digits and `_+/=.:-`. Words of a language are
 * shorter, so a look at every 20th character passes over nearly all of a text.
 */
export function eachLongRun(text: string, visit: (run: string, start: number) => void): void {
  let done = 0
  for (let at = LONG - 1; at < text.length; at += LONG) {
    if (!isOfKeys(text.charCodeAt(at))) continue
    let start = at
    while (start > done && isOfKeys(text.charCodeAt(start - 1))) start--
    let end = at + 1
    while (isOfKeys(text.charCodeAt(end))) end++
    if (end - start >= LONG) visit(text.slice(start, end), start)
    done = end
    at = end - 1
  }
}

const OF_KEYS = Uint8Array.from({ length: 128 }, (_, code) => (/[\w+/=.:-]/.test(String.fromCharCode(code)) ? 1 : 0))

function isOfKeys(code: number): boolean {
  return OF_KEYS[code] === 1
}
