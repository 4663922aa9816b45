/** True for what documentation and templates put where a secret goes: `your-key-here`, `xxxx…`, `${KEY}`, AWS’s own example. */
export function isInvented(value: string): boolean {
  return WORDS.test(value) || new Set(value).size < 6
}

const WORDS =
  /x{4}|\*{3}|\.{3}|your|example|placeholder|change.?me|dummy|sample|redacted|insert|abcdefg|1234567|0{5}|[<>{}]|^[$%]|\$\(|environ|process\.env|getenv/i

/** True for a value that nobody would think up: 16 letters and digits in a row, at least three of each, of many kinds. */
export function isRandom(value: string): boolean {
  return value.split(/[^A-Za-z0-9]/).some(isRandomRun)
}

function isRandomRun(run: string): boolean {
  const digits = run.replaceAll(/\D/g, '').length
  return run.length >= 16 && digits >= 3 && run.length - digits >= 3 && new Set(run).size >= 9
}
