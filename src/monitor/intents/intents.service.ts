import type { z } from 'zod'
import { notFound } from '../../contract/errors.ts'
import type { Intent, IntentNote, IntentQuery } from '../../contract/intents.ts'
import type { Database, Tx } from '../../db/open.ts'
import { appendAudit } from '../audit/audit.store.ts'
import { momentOf } from '../audit/moment-of.ts'
import { type Actor, actorName } from '../auth/actor.ts'
import type { Units } from '../changes/units.ts'
import { nodeNotFound } from '../nodes/nodes.errors.ts'
import { findNode, nodeById, type NodeRow, selfNode } from '../nodes/nodes.store.ts'
import { isVisible, visibilityOf } from '../nodes/visibility.ts'
import { listIntents, nodeOfTask, writeIntents } from './intents.store.ts'

/** What was decided, blocked, done and noted (spec: 意图查询接口 14). */
export function createIntents(parts: { database: Database; units: Units; clock: () => number }) {
  const { database, units, clock } = parts

  async function subjectOf(tx: Tx, actor: Actor, note: z.infer<typeof IntentNote>): Promise<NodeRow> {
    const taskNodeId = note.task_id === undefined ? undefined : await nodeOfTask(tx, note.task_id)
    const node = await (note.agent_id !== undefined
      ? findNode(tx, note.agent_id)
      : taskNodeId
        ? nodeById(tx, taskNodeId)
        : selfNode(tx))
    const isThere = node && !node.deletedAt && isVisible(visibilityOf(actor), node)
    if (isThere && (taskNodeId === undefined || taskNodeId === node.id)) return node
    if (note.task_id !== undefined) throw notFound(`任务 ${note.task_id} 不存在`, `there is no task ${note.task_id}`)
    throw nodeNotFound(note.agent_id ?? node?.agentId ?? '')
  }

  return {
    /** Intents the actor may see, newest first. Throws INVALID_REQUEST for a `since` or `until` that is no time. */
    async list(actor: Actor, query: z.infer<typeof IntentQuery>) {
      const now = clock()
      const since = momentOf('since', query.since, now)
      const until = momentOf('until', query.until, now)
      const { limit, offset } = query
      const filter = {
        taskId: query.task_id,
        type: query.type,
        agentId: query.agent_id,
        since,
        until,
        under: query.under,
        q: query.q,
        visibility: visibilityOf(actor),
        limit,
        offset,
      }
      const { rows, total } = await listIntents(database.db, filter)
      return { total, limit, offset, intents: rows.map(({ intent, agentId }) => view(intent, agentId)) }
    },

    /**
     * A person's note: about a node, else about the node of its task, else about the monitor itself. Throws NOT_FOUND for a
     * node or a task that is not there or that the actor may not see.
     */
    async note(actor: Actor, note: z.infer<typeof IntentNote>): Promise<void> {
      await units.run(async (unit) => {
        const node = await subjectOf(unit.tx, actor, note)
        await writeIntents(unit.tx, [
          {
            nodeId: node.id,
            taskId: note.task_id ?? null,
            type: 'note',
            data: note.data,
            actor: actorName(actor),
            at: new Date(clock()),
          },
        ])
        const details = { task_id: note.task_id ?? null }
        await appendAudit(unit.tx, { actor, action: 'intent.note', target: node.agentId, details })
      })
    },
  }
}
export type Intents = ReturnType<typeof createIntents>

function view(
  row: Awaited<ReturnType<typeof listIntents>>['rows'][number]['intent'],
  agentId: string | null,
): z.infer<typeof Intent> {
  return {
    event_id: row.id,
    task_id: row.taskId,
    type: row.type,
    data: row.data,
    agent_id: agentId,
    actor: row.actor,
    created_at: row.createdAt.toISOString(),
  }
}
