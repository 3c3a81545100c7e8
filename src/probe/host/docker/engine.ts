import { type IncomingMessage, request } from 'node:http'
import { z } from 'zod'
import { EngineVersion, chooseApiVersion } from './api-version.ts'
import { dockerUnavailable, engineRefusal, engineTimeout, socketError } from './engine-errors.ts'
import type { EngineSocket } from './engine-socket.ts'

export interface EngineRequest {
  method?: 'GET' | 'POST' | 'DELETE'
  /** Steps of the path, each escaped here: a name of anything cannot leave its step. */
  path: readonly string[]
  query?: Record<string, string | number | boolean | undefined>
  timeoutMs?: number
  signal?: AbortSignal | undefined
}

/** A container engine that speaks Docker's API on a unix socket. */
export interface Engine {
  /** The parsed answer. Rejects with DOCKER_UNAVAILABLE, TIMEOUT, or what the engine refuses. */
  ask<T>(schema: z.ZodType<T>, question: EngineRequest): Promise<T>
  /** For acts without an answer; 304 (it was so already) is as good as done. */
  tell(question: EngineRequest): Promise<void>
  /** The answer as it comes; `timeoutMs` is for its beginning only. Who does not read it to its end destroys it. */
  stream(question: EngineRequest): Promise<IncomingMessage>
  /** `unix://…` for programs that want DOCKER_HOST. Throws DOCKER_UNAVAILABLE when there is none. */
  address(): string
}

const DEFAULT_TIMEOUT_MS = 15_000
const MAX_ANSWER_BYTES = 16_777_216
const Refusal = z.object({ message: z.string() })

export function createEngine(socket: () => EngineSocket): Engine {
  /** Per socket, until it fails: the engine may have been replaced by another one. */
  let version: { socketPath: string; text: string } | null = null

  function socketPathOf(): string {
    const found = socket()
    if (!found.ok) throw dockerUnavailable(found.why)
    return found.socketPath
  }

  async function versionAt(socketPath: string, question: EngineRequest): Promise<string> {
    if (version?.socketPath === socketPath) return version.text
    const answer = await open(socketPath, '/version', { ...question, method: 'GET' })
    const text = chooseApiVersion(parseAnswer(EngineVersion, await readAll(answer)))
    version = { socketPath, text }
    return text
  }

  async function send(question: EngineRequest): Promise<IncomingMessage> {
    const socketPath = socketPathOf()
    try {
      const apiVersion = await versionAt(socketPath, question)
      const path = `/v${apiVersion}/${question.path.map(encodeURIComponent).join('/')}${queryText(question.query)}`
      return await open(socketPath, path, question)
    } catch (error) {
      version = null
      throw error
    }
  }

  return {
    async ask(schema, question) {
      return parseAnswer(schema, await readAll(await send(question), question.timeoutMs))
    },
    async tell(question) {
      await readAll(await send(question), question.timeoutMs)
    },
    stream: send,
    address: () => `unix://${socketPathOf()}`,
  }
}

function open(socketPath: string, path: string, question: EngineRequest): Promise<IncomingMessage> {
  const { method = 'GET', timeoutMs = DEFAULT_TIMEOUT_MS, signal } = question
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, method, signal, agent: false, headers: { Host: 'docker' } })
    const timer = setTimeout(() => sent.destroy(engineTimeout(timeoutMs)), timeoutMs)
    sent.on('response', (answer) => {
      clearTimeout(timer)
      const status = answer.statusCode ?? 0
      if ((status >= 200 && status < 300) || status === 304) resolve(answer)
      else refusalOf(status, answer).then(reject, reject)
    })
    sent.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      reject(socketError(socketPath, error))
    })
    sent.end()
  })
}

async function refusalOf(status: number, answer: IncomingMessage): Promise<Error> {
  const text = (await readAll(answer)).toString('utf8')
  const parsed = Refusal.safeParse(jsonOrText(text))
  return engineRefusal(status, parsed.success ? parsed.data.message : text)
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** An answer that stops in the middle is given up after `timeoutMs` of silence. */
async function readAll(answer: IncomingMessage, timeoutMs = DEFAULT_TIMEOUT_MS): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  answer.setTimeout(timeoutMs, () => answer.destroy(engineTimeout(timeoutMs)))
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > MAX_ANSWER_BYTES) throw engineRefusal(502, `its answer is longer than ${MAX_ANSWER_BYTES} bytes`)
      chunks.push(chunk)
    }
  } catch (error) {
    throw socketError('the engine', error as NodeJS.ErrnoException)
  }
  return Buffer.concat(chunks)
}

function parseAnswer<T>(schema: z.ZodType<T>, body: Buffer): T {
  const parsed = schema.safeParse(jsonOrText(body.toString('utf8')))
  if (parsed.success) return parsed.data
  throw engineRefusal(502, `its answer cannot be read: ${parsed.error.issues[0]?.path.join('.') ?? ''}`)
}

function queryText(query: EngineRequest['query']): string {
  const pairs = Object.entries(query ?? {}).filter(
    (pair): pair is [string, string | number | boolean] => pair[1] !== undefined,
  )
  if (pairs.length === 0) return ''
  return `?${new URLSearchParams(Object.fromEntries(pairs.map(([name, value]) => [name, String(value)]))).toString()}`
}
