import { WebSocket } from 'ws'
import type { HostTree } from './host-tree.ts'

/** A terminal of a host, opened at the root. */
export interface Terminal {
  type(keys: string): void
  /** Called with each piece of output, from now on. */
  onOutput(listener: (piece: Buffer) => void): void
  close(): void
}

const readyTimeoutMs = 20_000

/** Opens a shell on that server and runs `script` in its place, which has to say `ready` first. */
export async function openTerminal(tree: HostTree, server: number, script: string): Promise<Terminal> {
  const made = await fetch(`${tree.root.url}/api/servers/${server}/terminal/sessions`, {
    method: 'POST',
    headers: { ...tree.headers, 'content-type': 'application/json' },
    body: JSON.stringify({ shell: '/bin/sh' }),
  })
  const text = await made.text()
  if (!made.ok) throw new Error(`no terminal: ${made.status} ${text}`)
  const { session_id } = JSON.parse(text) as { session_id: string }
  const address = `${tree.root.url.replace('http', 'ws')}/ws/servers/${server}/terminal?session=${session_id}`
  const socket = new WebSocket(address, { perMessageDeflate: false })
  let listener: (piece: Buffer) => void = () => undefined
  socket.on('message', (piece: Buffer, isBinary) => {
    if (isBinary) listener(piece)
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  const terminal: Terminal = {
    type: (keys) => socket.send(Buffer.from(keys), { binary: true }),
    onOutput: (next) => void (listener = next),
    close: () => socket.close(),
  }
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the script in the terminal is not ready')), readyTimeoutMs)
    let seen = ''
    terminal.onOutput((piece) => {
      seen += piece.toString('latin1')
      if (!seen.includes('ready\n')) return
      clearTimeout(timer)
      resolve()
    })
    terminal.type(`exec sh ${script}\r`)
  })
  return terminal
}

/** One keystroke and its echo. */
export function keystroke(terminal: Terminal): Promise<void> {
  return new Promise((resolve) => {
    terminal.onOutput(() => resolve())
    terminal.type('k')
  })
}

/** Has the script write so many bytes, and reads them; how long that took, in ms. */
export async function pour(terminal: Terminal, bytes: number): Promise<number> {
  const beganAt = performance.now()
  let left = bytes
  await new Promise<void>((resolve) => {
    terminal.onOutput((piece) => {
      left -= piece.length
      if (left <= 0) resolve()
    })
    terminal.type(`${bytes}\n`)
  })
  return performance.now() - beganAt
}
