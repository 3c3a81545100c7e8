/** Keys that a phone has not, and those that a browser keeps for itself, as a terminal wants them. */
const keyBytes = {
  Esc: '\x1b',
  Tab: '\t',
  '↑': '\x1b[A',
  '↓': '\x1b[B',
  '→': '\x1b[C',
  '←': '\x1b[D',
  Home: '\x1b[H',
  End: '\x1b[F',
  PgUp: '\x1b[5~',
  PgDn: '\x1b[6~',
  '^C': '\x03',
  '^D': '\x04',
  '^L': '\x0c',
  '^R': '\x12',
  '^Z': '\x1a',
  '^W': '\x17',
  '^T': '\x14',
  '^N': '\x0e',
  '|': '|',
  '/': '/',
  '-': '-',
  '~': '~',
} as const
export type KeyName = keyof typeof keyBytes

/** What a character means while Ctrl is held; as it is when there is no such control character. */
export function withControl(text: string): string {
  if (text.length !== 1) return text
  const code = text.toUpperCase().charCodeAt(0)
  if (text === ' ') return '\x00'
  if (text === '?') return '\x7f'
  return code >= 0x40 && code <= 0x5f ? String.fromCharCode(code & 0x1f) : text
}

/** The bytes of a key; programs that ask for application keys (vim) get arrows, Home and End in that form. */
export function bytesOfKey(key: KeyName, applicationKeys: boolean): string {
  const bytes = keyBytes[key]
  return applicationKeys ? bytes.replace(/^\x1b\[([A-DHF])$/, '\x1bO$1') : bytes
}
