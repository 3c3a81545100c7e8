import { isoOrNull } from '../lib/time.ts'
import { keyStatus } from '../monitor/auth/key-status.ts'
import type { Keys } from '../monitor/auth/keys.service.ts'
import type { KeyOfNode } from '../monitor/auth/keys.store.ts'
import { ExitCode, type CommandContext, type ConfigOption } from './command-line.ts'
import { type OpenNodeDatabase, commandLineActor, withNodeServices } from './node-services.ts'
import { textTable } from './text-table.ts'

const pageSize = 1_000
const graceMs = 10 * 60_000

/** `cortex keys`: the keys of nodes, straight on the monitor's database. */
export function keyCommands({ open, clock }: { open: OpenNodeDatabase; clock: () => number }) {
  return {
    async list(
      options: ConfigOption & { agentId?: string; json?: boolean },
      context: CommandContext,
    ): Promise<ExitCode> {
      const rows = await withNodeServices(open, options, context, ({ keys }) => allKeys(keys, options.agentId))
      const views = rows.map((row) => view(row, clock()))
      context.out(options.json ? `${JSON.stringify(views, null, 2)}\n` : tableOf(views))
      return ExitCode.ok
    },

    /** Prints the key alone on stdout, so that it can be piped; the node's other keys end after ten minutes. */
    async create(options: ConfigOption & { agentId: string }, context: CommandContext): Promise<ExitCode> {
      const wish = { name: 'command line', expiresAt: null, graceMsForOld: graceMs }
      const issued = await withNodeServices(open, options, context, ({ keys }) =>
        keys.create(commandLineActor, options.agentId, wish),
      )
      context.err(
        `Key ${issued.id} of ${issued.agentId}, shown only now; its other keys end in ${graceMs / 60_000} minutes:\n`,
      )
      context.out(`${issued.key}\n`)
      return ExitCode.ok
    },

    async revoke(options: ConfigOption & { agentId: string }, context: CommandContext): Promise<ExitCode> {
      const count = await withNodeServices(open, options, context, ({ keys }) =>
        keys.revokeAll(commandLineActor, options.agentId),
      )
      context.out(`${count} ${count === 1 ? 'key' : 'keys'} of ${options.agentId} revoked\n`)
      return ExitCode.ok
    },
  }
}

async function allKeys(keys: Keys, agentId: string | undefined): Promise<KeyOfNode[]> {
  const rows: KeyOfNode[] = []
  for (;;) {
    const page = await keys.list({ agentId, limit: pageSize, offset: rows.length })
    rows.push(...page.rows)
    if (page.rows.length < pageSize) return rows
  }
}

function view(key: KeyOfNode, now: number) {
  return {
    api_key_id: key.id,
    agent_id: key.agentId,
    name: key.name,
    status: keyStatus(key, now),
    created_at: key.createdAt.toISOString(),
    expires_at: isoOrNull(key.expiresAt),
  }
}

function tableOf(keys: Array<ReturnType<typeof view>>): string {
  const cells = keys.map((key) => [
    String(key.api_key_id),
    key.agent_id,
    key.status,
    key.created_at,
    key.expires_at ?? 'never',
    key.name,
  ])
  return textTable(['ID', 'NODE', 'STATE', 'CREATED', 'EXPIRES', 'NAME'], cells)
}
