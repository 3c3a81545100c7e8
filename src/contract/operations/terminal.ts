import { z } from 'zod'
import { IsoTime } from '../common.ts'

/** 256 random bits made by the monitor: who knows it may use the session, so it stands in no log. */
export const SessionId = z.string().regex(/^[A-Za-z0-9_-]{43,128}$/, '43 to 128 letters, digits, "-" or "_"')

const Columns = z.number().int().min(1).max(1000)
const Rows = z.number().int().min(1).max(1000)
export const TerminalSize = z.object({ cols: Columns, rows: Rows })
export type TerminalSize = z.infer<typeof TerminalSize>

const FolderPath = z
  .string()
  .max(4096)
  .regex(/^\/[^\0]*$/, 'an absolute path')

/** Body of `POST /api/servers/{id}/terminal/sessions`. */
export const TerminalRequest = z
  .object({
    /** Absent: the home of the user that it runs as. */
    working_dir: FolderPath.optional(),
    /** One of the host's /etc/shells; absent: the login shell of that user. */
    shell: FolderPath.optional(),
    cols: Columns.default(80),
    rows: Rows.default(24),
  })
  .meta({ id: 'TerminalRequest' })

export const TerminalCreateParams = TerminalRequest.extend({ session_id: SessionId })
export type TerminalCreateParams = z.infer<typeof TerminalCreateParams>

export const TerminalSession = z
  .object({
    session_id: SessionId,
    state: z.enum(['running', 'exited']),
    shell: z.string(),
    /** Where it was started; where it is now is asked for by `working-directory`. */
    working_dir: z.string(),
    /** The user of the host that it runs as. */
    username: z.string(),
    /** The person, and the monitor where that person is signed in. */
    created_by: z.string(),
    pid: z.number().int(),
    cols: z.number().int(),
    rows: z.number().int(),
    created_at: IsoTime,
    last_activity_at: IsoTime,
    attached: z.boolean(),
    recording: z.boolean(),
    exit_code: z.number().int().nullable(),
    exit_signal: z.number().int().nullable(),
  })
  .meta({ id: 'TerminalSession' })
export type TerminalSession = z.infer<typeof TerminalSession>

/** `created_by` limits the list to the sessions of one person. */
export const TerminalListParams = z.object({ created_by: z.string().max(512).optional() })
export const TerminalSessionList = z
  .object({ sessions: z.array(TerminalSession), count: z.number().int() })
  .meta({ id: 'TerminalSessionList' })

export const TerminalParams = z.object({ session_id: SessionId })
/** `take_over` ends an attachment that is there; without it that is 409. */
export const TerminalAttachParams = TerminalParams.extend({
  take_over: z.boolean().default(false),
  ...TerminalSize.partial().shape,
})
export const TerminalDeleteAnswer = z
  .object({ session_id: SessionId, deleted: z.literal(true) })
  .meta({ id: 'TerminalDeleteAnswer' })
export const TerminalFolder = z
  .object({
    session_id: SessionId,
    working_dir: z.string(),
    /** Name of the program that runs in front of the shell; null: the shell waits for a command. */
    foreground: z.string().nullable().default(null),
  })
  .meta({ id: 'TerminalFolder' })

/** One command without a terminal of its own, as `shell_command` asks for it; it runs where the session is now. */
export const ShellCommandParams = z.object({
  command: z.string().min(1).max(65_536),
  session_id: SessionId.optional(),
  timeout_ms: z.number().int().min(100).max(290_000).default(30_000),
})
export type ShellCommandParams = z.infer<typeof ShellCommandParams>
export const ShellCommandAnswer = z
  .object({
    /** stdout and stderr as they came. */
    output: z.string(),
    exit_code: z.number().int().nullable(),
    truncated: z.boolean(),
    timed_out: z.boolean(),
  })
  .meta({ id: 'ShellCommandAnswer' })
export type ShellCommandAnswer = z.infer<typeof ShellCommandAnswer>

/** Says why an attachment ended while the session goes on. */
export const DetachReason = z.enum(['taken_over', 'deleted', 'idle', 'stopping'])
export type DetachReason = z.infer<typeof DetachReason>

/** What can stand in the stream of an attachment besides bytes. */
export const TerminalNote = z.discriminatedUnion('type', [
  /** To the node. */
  z.object({ type: z.literal('resize'), cols: Columns, rows: Rows }),
  /** From the node, before the bytes that were on the screen before: `bytes` of them follow. */
  z.object({ type: z.literal('scrollback'), bytes: z.number().int(), truncated: z.boolean() }),
  z.object({ type: z.literal('exit'), code: z.number().int().nullable(), signal: z.number().int().nullable() }),
  z.object({ type: z.literal('detached'), reason: DetachReason }),
])
export type TerminalNote = z.infer<typeof TerminalNote>
