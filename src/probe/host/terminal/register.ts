import {
  ShellCommandAnswer,
  ShellCommandParams,
  TerminalAttachParams,
  TerminalCreateParams,
  TerminalDeleteAnswer,
  TerminalFolder,
  TerminalListParams,
  TerminalParams,
  TerminalSession,
  TerminalSessionList,
} from '../../../contract/operations/terminal.ts'
import type { Methods } from '../../../tree/link/methods.ts'
import type { Acts } from '../acts.ts'
import { askerOf } from '../jobs/asker.ts'
import { sessionRef } from '../../../lib/session-ref.ts'
import type { Sessions } from './sessions.ts'
import { runShellCommand } from './shell-command.ts'

const MAX_LOGGED_CHARS = 4000

/**
 * `terminal.create`, `terminal.list`, `terminal.get`, `terminal.delete`, `terminal.working_dir`, `terminal.command`, and
 * the stream `terminal.attach` of contract/operations/terminal-frames.ts.
 */
export function registerTerminal(
  methods: Methods,
  { acts, sessions, runAs }: { acts: Acts; sessions: Sessions; runAs: string | null },
): void {
  methods.register({
    name: 'terminal.create',
    params: TerminalCreateParams,
    result: TerminalSession,
    handle(params, { meta }) {
      const { session_id, ...details } = params
      const act = {
        capability: 'terminal',
        action: 'terminal.create',
        target: sessionRef(session_id),
        details,
      } as const
      return acts.run(meta, act, async () => sessions.create(params, askerOf(meta)))
    },
  })
  methods.register({
    name: 'terminal.list',
    params: TerminalListParams,
    result: TerminalSessionList,
    handle({ created_by }) {
      const found = sessions.list(created_by)
      return { sessions: found, count: found.length }
    },
  })
  methods.register({
    name: 'terminal.get',
    params: TerminalParams,
    result: TerminalSession,
    handle: ({ session_id }) => sessions.get(session_id).view(),
  })
  methods.register({
    name: 'terminal.working_dir',
    params: TerminalParams,
    result: TerminalFolder,
    handle: ({ session_id }) => ({
      session_id,
      working_dir: sessions.workingFolder(session_id),
      foreground: sessions.foreground(session_id),
    }),
  })
  methods.register({
    name: 'terminal.delete',
    params: TerminalParams,
    result: TerminalDeleteAnswer,
    handle({ session_id }, { meta }) {
      const act = { capability: 'terminal', action: 'terminal.delete', target: sessionRef(session_id) } as const
      return acts.run(meta, act, async () => {
        await sessions.remove(session_id)
        return { session_id, deleted: true as const }
      })
    },
  })
  methods.register({
    name: 'terminal.command',
    params: ShellCommandParams,
    result: ShellCommandAnswer,
    handle(params, { meta, signal }) {
      const { command, session_id } = params
      const target = session_id === undefined ? null : sessionRef(session_id)
      const act = {
        capability: 'terminal',
        action: 'terminal.command',
        target,
        details: { command: command.slice(0, MAX_LOGGED_CHARS) },
      } as const
      return acts.run(meta, act, () => {
        const folder = session_id === undefined ? undefined : sessions.workingFolder(session_id)
        return runShellCommand(params, { runAs, folder, signal })
      })
    },
  })
  methods.registerStream({
    name: 'terminal.attach',
    params: TerminalAttachParams,
    handle({ session_id, take_over, cols, rows }, stream, { meta }) {
      const size = cols !== undefined && rows !== undefined ? { cols, rows } : null
      const act = { capability: 'terminal', action: 'terminal.attach', target: sessionRef(session_id) } as const
      return acts.run(meta, act, async () => sessions.get(session_id).attach(stream, { takeOver: take_over, size }))
    },
  })
}
