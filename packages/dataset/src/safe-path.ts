/** Key names that formats define; every other key is the user's own and shown as `*`. */
const KNOWN_KEYS: ReadonlySet<string> = new Set([
  'messages',
  'role',
  'content',
  'name',
  'weight',
  'refusal',
  'audio',
  'tool_calls',
  'tool_call_id',
  'function_call',
  'id',
  'type',
  'text',
  'function',
  'arguments',
  'custom',
  'image_url',
  'url',
  'detail',
  'input_audio',
  'data',
  'format',
  'file',
  'tools',
  'functions',
  'parameters',
  'description',
  'strict',
  'parallel_tool_calls',
  'input',
  'preferred_output',
  'non_preferred_output',
  'prompt',
  'completion',
])

/** Writes a path for people without showing a key that is row content: `tools[0].function.parameters.*`. */
export function pathOf(segments: readonly (string | number)[]): string {
  let path = ''
  for (const segment of segments) {
    if (typeof segment === 'number') path += `[${segment}]`
    else path += (path === '' ? '' : '.') + (KNOWN_KEYS.has(segment) ? segment : '*')
  }
  return path
}

/** True for a key that formats define; any other is the user's own. */
export function isKnownKey(key: string): boolean {
  return KNOWN_KEYS.has(key)
}
