/** One message of nginx, as `nginx -t` prints it or as it stands in the error log. */
export interface NginxMessage {
  level: string
  text: string
  file: string | null
  line: number | null
}

const PRINTED = /^nginx: \[(\w+)\] (.*)$/
/** Of nginx itself: what is said about a connection (`*12`) is left out. */
const LOGGED = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[(\w+)\] \d+#\d+: (?!\*\d)(.*)$/
const PLACE = / in (\/[^\0]*?):(\d+)$/
const FATAL = new Set(['emerg', 'alert', 'crit'])

/** The messages in the output or the log of nginx, in order; lines of other kinds are left out. */
export function parseMessages(output: string): NginxMessage[] {
  const messages: NginxMessage[] = []
  for (const row of output.split('\n')) {
    const match = PRINTED.exec(row.trimEnd()) ?? LOGGED.exec(row.trimEnd())
    if (!match) continue
    const [, level = '', whole = ''] = match
    const place = PLACE.exec(whole)
    messages.push({
      level,
      text: place ? whole.slice(0, place.index) : whole,
      file: place?.[1] ?? null,
      line: place ? Number(place[2]) : null,
    })
  }
  return messages
}

export const isFatal = (message: NginxMessage): boolean => FATAL.has(message.level)

/** The message that says why nginx refused; when it gave none, its whole output stands for it. */
export function reasonOf(output: string): NginxMessage {
  const fatal = parseMessages(output).filter(isFatal)
  // An alert about a log that this user may not open is no reason; "still could not bind()" says less than the line before.
  const telling = fatal.filter(({ text }) => text !== 'still could not bind()')
  const reason = telling.find(({ level }) => level === 'emerg') ?? telling[0] ?? fatal[0]
  const text = output.trim().slice(0, 1_000)
  return reason ?? { level: 'emerg', text: text === '' ? 'nginx gave no reason' : text, file: null, line: null }
}
