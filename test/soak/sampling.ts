import { readdirSync } from 'node:fs'
import { openDatabase } from '../../src/db/open.ts'
import { quiet } from '../support/quiet-logger.ts'
import type { TreeNode } from '../support/tree.ts'
import type { Monitor, Process } from './monitors.ts'
import type { Sample } from './slope.ts'
import { lastReplica, processesOf, type World } from './world.ts'

export type FigureKind = 'heap' | 'memory' | 'handles' | 'spool' | 'rows that wait' | 'rows that are kept'

/** One figure of one node, from the beginning of the run. */
export interface Series {
  kind: FigureKind
  /** The node it is of. */
  of: string
  /** What of it, where a kind has several. */
  what: string
  samples: Sample[]
}

/** What is there only for a while: as much of it at the end as in the middle. */
const waiting: Record<string, string> = {
  'nodes that live': 'select count(*)::int as count from nodes where deleted_at is null',
  'commands on their way': 'select count(*)::int as count from commands where taken_at is null',
  'notices to be sent': "select count(*)::int as count from notices where state in ('pending', 'sending')",
  'decisions that wait': "select count(*)::int as count from decisions where status = 'pending'",
  'open alerts': "select count(*)::int as count from alerts where status <> 'resolved'",
  'terminal sessions': 'select count(*)::int as count from terminal_holders',
  'parts of snapshots': 'select count(*)::int as count from snapshot_nodes',
}
const megabyte = 1024 * 1024

export interface Sampler {
  look(): void
  /** Counts rows, of databases that are there. */
  count(): Promise<void>
  series(): Series[]
}

/**
 * Keeps figures of every database of the tree and of every process that is not killed to the end; `clock` in ms. `onEnded`
 * is told of a node that ended by itself.
 */
export function createSampler(world: World, clock: () => number, onEnded: (node: TreeNode) => void): Sampler {
  /** Processes that were not there at the last look: one that was killed just then is forgotten by the next. */
  const missing = new Set<number>()
  const all = new Map<string, Series>()
  const processes = processesOf(world)
  const alwaysKilled = lastReplica(world)
  /** When what a process held was read last. */
  const readMs = new Map<string, number>()

  function add(kind: FigureKind, of: string, value: number, what = ''): void {
    const key = `${kind} ${of} ${what}`
    const series = all.get(key) ?? { kind, of, what, samples: [] }
    all.set(key, series)
    series.samples.push({ atMs: clock(), value })
  }

  function lookAt({ node, instrument }: Process): void {
    const pid = node.pid()
    if (pid === null) return
    const handles = openFiles(pid)
    if (handles === null) {
      if (missing.has(pid)) onEnded(node)
      missing.add(pid)
      return
    }
    if (node === alwaysKilled.node) return
    add('handles', node.id, handles)
    const memory = instrument.memory()
    if (memory?.pid !== pid || readMs.get(node.id) === memory.atMs) return
    readMs.set(node.id, memory.atMs)
    add('heap', node.id, memory.held / megabyte)
    add('memory', node.id, memory.outside / megabyte)
  }

  async function countAt({ id, databaseUrl }: Monitor): Promise<void> {
    const database = await openDatabase({ url: databaseUrl(), logger: quiet, max: 1, rawMax: 1 })
    try {
      const count = async (query: string) => (await database.sql.unsafe<[{ count: number }]>(query))[0].count
      for (const [what, query] of Object.entries(waiting)) add('rows that wait', id, await count(query), what)
      const tables = await database.sql<Array<{ name: string }>>`
        select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition order by 1`
      for (const { name } of tables)
        add('rows that are kept', id, await count(`select count(*)::int as count from ${name}`), name)
    } finally {
      await database.close()
    }
  }

  return {
    look() {
      processes.forEach(lookAt)
      const depth = world.regions
        .flatMap(({ leaves }) => leaves)
        .reduce((sum, leaf) => sum + leaf.uplink.state().spool.depth, 0)
      add('spool', 'all leaves', depth)
    },
    async count() {
      for (const monitor of world.monitors) await countAt(monitor)
    },
    series: () => [...all.values()],
  }
}

/** Null when there is no such process. */
function openFiles(pid: number): number | null {
  try {
    return readdirSync(`/proc/${pid}/fd`).length
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return null
    throw error
  }
}
