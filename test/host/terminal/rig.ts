import { randomBytes } from 'node:crypto'
import {
  createTerminalReader,
  encodeTerminalData,
  encodeTerminalNote,
} from '../../../src/contract/operations/terminal-frames.ts'
import { type TerminalNote, TerminalSession } from '../../../src/contract/operations/terminal.ts'
import { createActs } from '../../../src/probe/host/acts.ts'
import { createCapabilities } from '../../../src/probe/host/capabilities.ts'
import { openHostAudit } from '../../../src/probe/host/host-audit.ts'
import { registerTerminal } from '../../../src/probe/host/terminal/register.ts'
import { type SessionsOptions, createSessions } from '../../../src/probe/host/terminal/sessions.ts'
import type { Stream } from '../../../src/tree/link/stream.ts'
import { silent, startChain, until } from '../../link/tree.ts'

/** Shells of a test run as nobody when the tests run as root: what they are told to do cannot harm. */
const harmless = process.getuid?.() === 0 ? 'nobody' : null

export const newSessionId = (): string => randomBytes(32).toString('base64url')
const meta = { origin: { actor: 'ann', at: 'root', request_id: 'r-1' } }

const KEPT_BYTES = 524_288

/** Somebody at the root with a terminal of the leaf. */
export function createScreen(stream: Stream) {
  const read = createTerminalReader()
  const notes: TerminalNote[] = []
  /** What is looked for stands near the end: a flood is counted and only its end is kept. */
  let kept: Uint8Array[] = []
  let keptBytes = 0
  let bytesSeen = 0
  let error: unknown

  const reading = (async () => {
    try {
      for (let chunk = await stream.read(); chunk !== null; chunk = await stream.read()) {
        for (const part of read(chunk)) {
          if (part.type === 'note') {
            notes.push(part.note)
            continue
          }
          bytesSeen += part.bytes.length
          kept.push(part.bytes)
          keptBytes += part.bytes.length
          if (keptBytes > 2 * KEPT_BYTES) {
            kept = [Buffer.concat(kept).subarray(-KEPT_BYTES)]
            keptBytes = KEPT_BYTES
          }
        }
      }
    } catch (thrown) {
      error = thrown
    }
  })()

  const text = () => Buffer.concat(kept).toString('utf8')

  return {
    stream,
    notes,
    /** Resolves when nothing more comes. */
    reading,
    error: () => error,
    text,
    /** The last bytes, without looking at all that came before. */
    tail: () => Buffer.concat(kept.slice(-3)).subarray(-200).toString('latin1'),
    bytesSeen: () => bytesSeen,
    type: (keys: string | Uint8Array) => stream.write(encodeTerminalData(Buffer.from(keys))),
    resize: (cols: number, rows: number) => stream.write(encodeTerminalNote({ type: 'resize', cols, rows })),
    sees: (wanted: string | RegExp, timeoutMs?: number) =>
      until(
        () => (typeof wanted === 'string' ? text().includes(wanted) : wanted.test(text())),
        `the screen shows ${String(wanted)}`,
        timeoutMs,
      ),
  }
}
export type Screen = ReturnType<typeof createScreen>

/** root – region – zone – leaf, and the leaf has terminals. */
export async function startTerminals(options: Partial<SessionsOptions> = {}, grants: string[] = ['terminal']) {
  const chain = await startChain()
  const audit = openHostAudit({ file: ':memory:', clock: Date.now })
  const acts = createActs({ capabilities: createCapabilities(grants), audit })
  const sessions = createSessions({
    clock: Date.now,
    logger: silent,
    runAs: harmless,
    recording: null,
    ...options,
  })
  registerTerminal(chain.leaf.methods, { acts, sessions, runAs: harmless })

  const call = (method: string, params: unknown, origin: object = meta) =>
    chain.root.links.call(chain.route, method, params, { deadlineMs: 20_000, meta: { ...origin } })

  return {
    chain,
    audit,
    sessions,
    call,
    async create(params: object = {}): Promise<TerminalSession> {
      const session_id = newSessionId()
      return TerminalSession.parse(await call('terminal.create', { session_id, shell: '/bin/bash', ...params }))
    },
    async open(session_id: string, params: object = {}): Promise<Stream> {
      return chain.root.links.open(chain.route, 'terminal.attach', { session_id, ...params }, { meta })
    },
    async attach(session_id: string, params: object = {}): Promise<Screen> {
      const screen = createScreen(await this.open(session_id, params))
      await until(() => screen.notes.length > 0 || screen.error() !== undefined, 'the attachment began')
      if (screen.error() !== undefined) throw screen.error()
      return screen
    },
    /** A fresh shell with a short prompt that can be told from its echo. */
    async shell(params: object = {}): Promise<{ id: string; pid: number; screen: Screen }> {
      const { session_id: id, pid } = await this.create(params)
      const screen = await this.attach(id)
      await screen.type("PS1='%'; PS2=; unset PROMPT_COMMAND; bind 'set enable-bracketed-paste off'; echo re''ady\r")
      await screen.sees('ready\r\n%')
      return { id, pid, screen }
    },
    async close() {
      await sessions.stop()
      await chain.close()
      audit.close()
    },
  }
}
export type Terminals = Awaited<ReturnType<typeof startTerminals>>
