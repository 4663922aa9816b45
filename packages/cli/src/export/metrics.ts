import type { JobEvent } from '@anytune/core'

/** What a job measured, a row each time; times in ISO 8601. */
export function metricsTable(events: readonly Extract<JobEvent, { readonly type: 'metrics' }>[]): string {
  const names = [...new Set(events.flatMap(({ values }) => Object.keys(values)))].toSorted()
  const rows = events.map(({ step, at, totalSteps, values }) => [
    step,
    at.toISOString(),
    totalSteps ?? '',
    ...names.map((name) => values[name] ?? ''),
  ])
  return [['step', 'at', 'totalSteps', ...names], ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

/** Quoted as RFC 4180 has it. */
function cell(value: string | number): string {
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
