import {
  ShellCommandAnswer,
  type TerminalCreateParams,
  TerminalDeleteAnswer,
  TerminalFolder,
  TerminalSession,
  TerminalSessionList,
} from '../../../contract/operations/terminal.ts'
import { sessionRef } from '../../../lib/session-ref.ts'
import { acting, looking } from '../host-call.ts'

const deadlineMs = 60_000

/** One command, where the session is now; without one, in the home of the user that terminals run as. */
export const runCommand = (command: string, session?: string) =>
  acting('terminal.command', { command, session_id: session, timeout_ms: deadlineMs - 5_000 }, ShellCommandAnswer, {
    target: session === undefined ? null : sessionRef(session),
    details: { command },
    deadlineMs,
  })

/** The sessions that one person made at one monitor. */
export const listSessions = (createdBy: string) =>
  looking('terminal.list', { created_by: createdBy }, TerminalSessionList)
export const createSession = (params: TerminalCreateParams) =>
  acting('terminal.create', params, TerminalSession, { target: sessionRef(params.session_id) })
export const readSession = (session: string) => looking('terminal.get', { session_id: session }, TerminalSession)
export const deleteSession = (session: string) =>
  acting('terminal.delete', { session_id: session }, TerminalDeleteAnswer, { target: sessionRef(session) })
export const readSessionFolder = (session: string) =>
  looking('terminal.working_dir', { session_id: session }, TerminalFolder)
