import { WebSocket } from 'ws'
import { until } from '../support/until.ts'

/** Of more than that only the newest is kept: a test that lets 100 MB run by looks at its end. */
const maxScreenBytes = 1024 * 1024

export interface Note {
  type: string
  data: Record<string, unknown>
}

/** Somebody before a terminal socket: keystrokes and what the screen shows as bytes, everything else as notes. */
export async function openTerminal(url: string) {
  const socket = new WebSocket(url)
  let screen: Buffer[] = []
  let screenBytes = 0
  const notes: Note[] = []
  const end: { code?: number; reason?: string } = {}
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) notes.push(JSON.parse(data.toString('utf8')) as Note)
    else {
      screen.push(data)
      screenBytes += data.length
      if (screenBytes > 2 * maxScreenBytes) {
        screen = [Buffer.concat(screen).subarray(-maxScreenBytes)]
        screenBytes = maxScreenBytes
      }
    }
  })
  socket.on('close', (code, reason) => Object.assign(end, { code, reason: reason.toString() }))
  await new Promise<void>((opened, refused) => {
    socket.once('open', opened)
    socket.once('unexpected-response', (_request, answer) => {
      answer.resume()
      refused(new Error(`refused with ${answer.statusCode}`))
    })
    socket.once('error', refused)
  })
  socket.on('error', () => undefined)
  const text = () => Buffer.concat(screen).toString('utf8')

  return {
    text,
    type: (keys: string) => socket.send(Buffer.from(keys), { binary: true }),
    say: (message: object) => socket.send(JSON.stringify(message)),
    sees: (wanted: string, timeoutMs?: number) =>
      until(`the screen shows ${wanted}`, () => text().includes(wanted), timeoutMs),
    note: (type: string, matching: (data: Note['data']) => boolean = () => true) =>
      until(`a note ${type}`, () => notes.find((note) => note.type === type && matching(note.data))),
    closed: () => until('the socket is closed', () => (end.code === undefined ? null : { ...end })),
    close: () => socket.close(),
  }
}
export type TerminalClient = Awaited<ReturnType<typeof openTerminal>>

/** Sets a prompt that can be told from the echo of what is typed. */
export async function quietPrompt(terminal: TerminalClient): Promise<void> {
  terminal.type("PS1='%'; PS2=; unset PROMPT_COMMAND; bind 'set enable-bracketed-paste off'; echo re''ady\r")
  await terminal.sees('ready\r\n%')
}
