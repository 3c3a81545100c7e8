import { UserCreate, UserPatch } from '../contract/auth.ts'
import { invalidInput } from '../api/http/invalid-input.ts'
import { isoOrNull } from '../lib/time.ts'
import type { UserRow } from '../monitor/auth/users.store.ts'
import type { Users, UserChange } from '../monitor/auth/users.service.ts'
import { ExitCode, type CommandContext, type ConfigOption } from './command-line.ts'
import { type OpenNodeDatabase, commandLineActor, withNodeServices } from './node-services.ts'
import { textTable } from './text-table.ts'

const pageSize = 1_000

/** `cortex users`: the people of a node's monitor, straight on its database. */
export function userCommands(parts: { open: OpenNodeDatabase; readPassword: () => Promise<string> }) {
  const { open, readPassword } = parts

  async function change(
    options: ConfigOption & { username: string },
    context: CommandContext,
    wanted: UserChange,
    done: string,
  ): Promise<ExitCode> {
    const parsed = UserPatch.safeParse(wanted)
    if (!parsed.success) throw invalidInput(parsed.error, wanted, 'en')
    await withNodeServices(open, options, context, async ({ users }) => {
      const { id } = await users.getByName(options.username)
      await users.update(commandLineActor, id, parsed.data)
    })
    context.out(`${options.username} ${done}\n`)
    return ExitCode.ok
  }

  return {
    async list(options: ConfigOption & { json?: boolean }, context: CommandContext): Promise<ExitCode> {
      const rows = await withNodeServices(open, options, context, ({ users }) => everybody(users))
      context.out(options.json ? `${JSON.stringify(rows.map(view), null, 2)}\n` : tableOf(rows))
      return ExitCode.ok
    },

    async add(
      options: ConfigOption & { username: string; role: string; email?: string },
      context: CommandContext,
    ): Promise<ExitCode> {
      const { username, role, email } = options
      const wanted = { username, role, email, password: await readPassword() }
      const parsed = UserCreate.safeParse(wanted)
      if (!parsed.success) throw invalidInput(parsed.error, wanted, 'en')
      await withNodeServices(open, options, context, ({ users }) => users.create(commandLineActor, parsed.data))
      context.out(`${username} may log in as ${role}\n`)
      return ExitCode.ok
    },

    async password(options: ConfigOption & { username: string }, context: CommandContext): Promise<ExitCode> {
      return await change(
        options,
        context,
        { password: await readPassword() },
        'has a new password; earlier sessions end',
      )
    },

    role: (options: ConfigOption & { username: string; role: string }, context: CommandContext): Promise<ExitCode> =>
      change(options, context, { role: options.role as UserRow['role'] }, `is now ${options.role}`),

    disable: (options: ConfigOption & { username: string }, context: CommandContext): Promise<ExitCode> =>
      change(options, context, { disabled: true }, 'may no longer log in; sessions end'),

    enable: (options: ConfigOption & { username: string }, context: CommandContext): Promise<ExitCode> =>
      change(options, context, { disabled: false }, 'may log in again'),

    async remove(options: ConfigOption & { username: string }, context: CommandContext): Promise<ExitCode> {
      await withNodeServices(open, options, context, async ({ users }) => {
        const { id } = await users.getByName(options.username)
        await users.remove(commandLineActor, id)
      })
      context.out(`${options.username} is removed; sessions end\n`)
      return ExitCode.ok
    },
  }
}

async function everybody(users: Users): Promise<UserRow[]> {
  const rows: UserRow[] = []
  for (;;) {
    const page = await users.list({ limit: pageSize, offset: rows.length })
    rows.push(...page.rows)
    if (page.rows.length < pageSize) return rows
  }
}

function view(user: UserRow) {
  return {
    username: user.username,
    role: user.role,
    email: user.email,
    disabled: user.disabledAt !== null,
    created_at: user.createdAt.toISOString(),
    last_login: isoOrNull(user.lastLoginAt),
  }
}

function tableOf(rows: UserRow[]): string {
  const cells = rows
    .map(view)
    .map((user) => [
      user.username,
      user.role,
      user.disabled ? 'disabled' : 'active',
      user.email ?? '-',
      user.last_login ?? 'never',
    ])
  return textTable(['USERNAME', 'ROLE', 'STATE', 'E-MAIL', 'LAST LOGIN'], cells)
}
