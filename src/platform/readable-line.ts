import { styleText } from 'node:util'

const COLOURS: Record<string, Parameters<typeof styleText>[0]> = {
  trace: 'gray',
  debug: 'gray',
  info: 'green',
  warn: 'yellow',
  error: 'red',
  fatal: 'red',
}

/** One JSON log line as a person at a terminal reads it: time, level, text, then the other fields; errors with stack. */
export function readableLine(json: string): string {
  const { time, level, msg, node, err, ...rest } = JSON.parse(json) as Record<string, unknown>
  const clockTime = String(time).slice(11, 23)
  const name = styleText(COLOURS[String(level)] ?? 'white', String(level).padEnd(5), { validateStream: false })
  const fields = Object.entries(rest).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const head = [clockTime, name, node, msg, styleText('gray', fields.join(' '), { validateStream: false })]
  return `${head.filter((part) => part !== undefined && part !== '').join(' ')}\n${errorText(err)}`
}

function errorText(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  const { stack, message } = error as { stack?: string; message?: string }
  return `    ${String(stack ?? message).replaceAll('\n', '\n    ')}\n`
}
