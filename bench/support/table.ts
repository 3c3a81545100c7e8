/** One line of the result: a figure of ours beside that of a bare program of the same shape, from the same run. */
export interface Row {
  what: string
  ours: string
  bare: string
  ratio: string
  note?: string
}

const columns = ['what', 'ours', 'bare', 'ratio', 'note'] as const
const titles: Row = { what: 'measured', ours: 'cortex', bare: 'bare', ratio: 'ratio', note: '' }

/** The rows as aligned text. */
export function tableText(rows: readonly Row[]): string {
  const all = [titles, ...rows]
  const widths = columns.map((column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  const line = (row: Row) =>
    columns
      .map((column, i) => (row[column] ?? '').padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd()
  const rule = widths
    .map((width) => '─'.repeat(width))
    .join('  ')
    .trimEnd()
  return [line(titles), rule, ...rows.map(line)].join('\n')
}

/** A number with as many digits as say something. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return '-'
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US')
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2)
}

export const ms = (value: number): string => `${digits(value)} ms`
export const ratio = (value: number): string => `${digits(value)}×`
