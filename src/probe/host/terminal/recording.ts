import { createWriteStream } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import type { Logger } from '../../../platform/logger.ts'

/** What was on a terminal, as an asciicast v2 file; what was typed is not in it, because passwords are. */
export interface Recording {
  output(bytes: Uint8Array): void
  resize(cols: number, rows: number): void
  close(): void
}

const MAX_WAITING_BYTES = 1_048_576
/** Room that is kept for the mark at the end. */
const MARK_BYTES = 128

/**
 * Begins a file (0600, it must not be there) of at most `maxBytes`. A disk that fails or cannot keep up ends the recording,
 * with a line in the log and a mark in the file, never the terminal.
 */
export function startRecording(options: {
  file: string
  cols: number
  rows: number
  shell: string
  maxBytes: number
  clock: () => number
  logger: Logger
}): Recording {
  const { file, cols, rows, shell, maxBytes, clock, logger } = options
  const startedAt = clock()
  const sink = createWriteStream(file, { flags: 'wx', mode: 0o600 })
  // Bytes of one character may come in two chunks, and the file holds text.
  const decoder = new StringDecoder('utf8')
  let written = 0
  let over = false

  sink.on('error', (err) => {
    over = true
    logger.warn({ err, file }, 'the recording of a terminal ended early')
  })

  function write(line: string): void {
    written += Buffer.byteLength(line)
    sink.write(line)
  }

  const lineOf = (code: 'o' | 'r' | 'm', data: string): string =>
    `${JSON.stringify([(clock() - startedAt) / 1000, code, data])}\n`

  function end(mark?: string): void {
    if (over) return
    over = true
    if (mark !== undefined) write(lineOf('m', mark))
    sink.end()
  }

  const header = {
    version: 2,
    width: cols,
    height: rows,
    timestamp: Math.floor(startedAt / 1000),
    env: { SHELL: shell, TERM: 'xterm-256color' },
  }
  write(`${JSON.stringify(header)}\n`)

  return {
    output(bytes) {
      if (over) return
      if (sink.writableLength > MAX_WAITING_BYTES) return end('the disk is too slow')
      const text = decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
      if (text === '') return
      const line = lineOf('o', text)
      if (written + Buffer.byteLength(line) > maxBytes - MARK_BYTES) return end('recording is full')
      write(line)
    },
    resize(nextCols, nextRows) {
      if (!over) write(lineOf('r', `${nextCols}x${nextRows}`))
    },
    close: () => end(),
  }
}
