import type { RawData, WebSocket } from 'ws'
import { z } from 'zod'
import { AppError } from '../../contract/errors.ts'
import {
  createTerminalReader,
  encodeTerminalData,
  encodeTerminalNote,
  type TerminalPart,
} from '../../contract/operations/terminal-frames.ts'
import { TerminalSize } from '../../contract/operations/terminal.ts'
import type { Stream } from '../../tree/link/stream.ts'

/** What a client of a terminal socket may say in text; keystrokes come as bytes. */
const ClientText = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('shell_command'),
    data: z.object({ command: z.string().min(1).max(65_536), session: z.string().optional() }),
    request_id: z.string().max(128).optional(),
  }),
  z.object({ type: z.literal('resize'), data: TerminalSize }),
  z.object({ type: z.literal('heartbeat') }),
])

const maxWaitingBytes = 256 * 1024
const maxTextBytes = 128 * 1024

/**
 * Joins a terminal socket and the stream of an attachment: bytes both ways as they are, in order and never more than a
 * window ahead of the slower side; notes as JSON texts.
 */
export function bridgeTerminal(parts: {
  socket: WebSocket
  stream: Stream
  session: string
  runCommand: (command: string) => Promise<{ output: string; exit_code: number | null }>
  onFailure: (error: unknown) => void
}): void {
  const { socket, stream, session, runCommand, onFailure } = parts
  const readParts = createTerminalReader()
  let upward: Promise<void> = Promise.resolve()
  let waitingBytes = 0

  const say = (type: string, data: object) =>
    socket.send(JSON.stringify({ type, data, timestamp: new Date().toISOString() }))
  const tell = (error: unknown, requestId?: string) => {
    const known = error instanceof AppError ? error : null
    say('error', {
      code: known?.code ?? 'SERVER_ERROR',
      message: known?.text.zh ?? '服务器内部错误',
      request_id: requestId,
    })
    if (!known) onFailure(error)
  }

  /** Towards the host, one after the other; a client that types faster than the host reads is not read meanwhile. */
  function up(bytes: Uint8Array): void {
    waitingBytes += bytes.length
    if (waitingBytes > maxWaitingBytes) socket.pause()
    upward = upward
      .then(() => stream.write(bytes))
      .then(() => {
        waitingBytes -= bytes.length
        if (waitingBytes <= maxWaitingBytes && socket.isPaused) socket.resume()
      })
      .catch(() => socket.close(1011, 'the terminal is gone'))
  }

  async function down(): Promise<void> {
    for (let chunk = await stream.read(); chunk !== null; chunk = await stream.read()) {
      for (const part of readParts(chunk)) await show(part)
    }
  }

  async function show(part: TerminalPart): Promise<void> {
    if (part.type === 'note') {
      const { type, ...data } = part.note
      say(type, data)
      return
    }
    await new Promise<void>((resolve) => {
      const isFull = socket.bufferedAmount > maxWaitingBytes
      socket.send(part.bytes, { binary: true }, () => (isFull ? resolve() : undefined))
      if (!isFull) resolve()
    })
  }

  function onText(text: string): void {
    const parsed = ClientText.safeParse(readJson(text))
    if (!parsed.success) return say('error', { code: 'INVALID_REQUEST', message: '消息格式错误' })
    const message = parsed.data
    if (message.type === 'resize') up(encodeTerminalNote({ type: 'resize', ...message.data }))
    else if (message.type === 'heartbeat') say('heartbeat', {})
    else {
      const requestId = message.request_id
      runCommand(message.data.command).then(
        ({ output, exit_code }) => say('shell_response', { output, exit_code, session, request_id: requestId }),
        (error: unknown) => tell(error, requestId),
      )
    }
  }

  socket.on('message', (data, isBinary) => {
    const bytes = bytesOf(data)
    if (isBinary) {
      if (bytes.length > 0) up(encodeTerminalData(bytes))
    } else if (bytes.length > maxTextBytes) socket.close(1009, 'the message is too long')
    else onText(bytes.toString())
  })
  socket.once('close', () => stream.reset(new Error('the terminal socket was closed')))
  socket.on('error', () => socket.terminate())
  down().then(
    () => socket.close(1000, 'the terminal has ended'),
    (error: unknown) => {
      if (socket.readyState === socket.OPEN) tell(error)
      socket.close(1011, 'the terminal was lost')
    },
  )
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data)
  return Buffer.isBuffer(data) ? data : Buffer.from(data)
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
