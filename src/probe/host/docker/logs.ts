import type { IncomingMessage } from 'node:http'
import { invalidRequest } from '../../../contract/errors.ts'
import type { LogsAnswer, LogsParams } from '../../../contract/operations/docker.ts'
import { parseSince } from '../../../lib/since.ts'
import type { Stream } from '../../../tree/link/stream.ts'
import { createScrollback } from '../terminal/scrollback.ts'
import { createDemultiplexer } from './demultiplex.ts'
import { EngineInspection } from './engine-answers.ts'
import { socketError } from './engine-errors.ts'
import type { Engine } from './engine.ts'
import { fitText } from './fit.ts'

const MAX_LOG_BYTES = 524_288
/** An engine that has begun to answer and then says nothing. */
const SILENT_MS = 15_000

/** What a container wrote, the newest lines of it. Rejects like the engine, and with INVALID_REQUEST for a strange `since`. */
export async function readLogs(
  engine: Engine,
  params: LogsParams,
  { nowMs, signal }: { nowMs: number; signal: AbortSignal },
): Promise<LogsAnswer> {
  const kept = createScrollback(MAX_LOG_BYTES)
  const { answer, payload } = await openLogs(engine, params, { nowMs, signal, follow: false })
  answer.setTimeout(SILENT_MS, () => answer.destroy(new Error('the engine stopped in the middle of the logs')))
  for await (const chunk of read(answer)) for (const bytes of payload(chunk)) kept.append(bytes)
  const { bytes, truncated } = kept.snapshot()
  const fitted = fitText(Buffer.from(bytes).toString('utf8'))
  return { logs: fitted.text, truncated: truncated || fitted.truncated }
}

/**
 * Sends what a container writes as it writes it, until it ends or the stream does. The engine is read only as fast as
 * the stream takes it.
 */
export async function followLogs(
  engine: Engine,
  params: LogsParams,
  { nowMs, stream }: { nowMs: number; stream: Stream },
): Promise<void> {
  const { signal } = stream
  // Who only listens closes nothing; who half-closes wants no more.
  const ended = new AbortController()
  const { answer, payload } = await openLogs(engine, params, { nowMs, signal, follow: true })
  const stop = (): void => void answer.destroy()
  signal.addEventListener('abort', stop, { once: true })
  ended.signal.addEventListener('abort', stop, { once: true })
  void untilTheyEnd(stream).then(() => ended.abort())
  try {
    for await (const chunk of read(answer)) for (const bytes of payload(chunk)) await stream.write(bytes)
  } catch (error) {
    if (!signal.aborted && !ended.signal.aborted) throw error
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}

async function untilTheyEnd(stream: Stream): Promise<void> {
  try {
    while ((await stream.read()) !== null);
  } catch {
    // A broken stream has ended too; its signal says why.
  }
}

async function* read(answer: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of answer as AsyncIterable<Uint8Array>) yield chunk
  } catch (error) {
    throw socketError('the engine', error as NodeJS.ErrnoException)
  }
}

async function openLogs(
  engine: Engine,
  { id, tail, since, timestamps }: LogsParams,
  { nowMs, signal, follow }: { nowMs: number; signal: AbortSignal; follow: boolean },
): Promise<{ answer: IncomingMessage; payload: (chunk: Uint8Array) => Uint8Array[] }> {
  const from = since === undefined ? undefined : unixSeconds(since, nowMs)
  const { Config } = await engine.ask(EngineInspection, { path: ['containers', id, 'json'], signal })
  const answer = await engine.stream({
    path: ['containers', id, 'logs'],
    query: { stdout: true, stderr: true, tail, since: from, timestamps, follow },
    signal,
  })
  return { answer, payload: Config.Tty ? (chunk) => [chunk] : createDemultiplexer() }
}

/** Unix seconds, or `10m` and an ISO time by the clock of this host. */
function unixSeconds(since: string, nowMs: number): number {
  if (/^\d{9,12}$/.test(since)) return Number(since)
  const at = parseSince(since, nowMs)
  if (!at)
    throw invalidRequest('since 应为 10m、24h、ISO 时间或 Unix 秒', 'since is 10m, 24h, an ISO time or Unix seconds')
  return Math.floor(at.getTime() / 1000)
}
