import { eq, sql } from 'drizzle-orm'
import type { JsonObject } from '../../contract/common.ts'
import { conflict } from '../../contract/errors.ts'
import { nodes } from '../../db/schema/nodes.ts'
import { lockFirstStart } from '../auth/users.store.ts'
import type { Units } from '../changes/units.ts'
import { type NodeRow, putNode, selfNode, updateNode } from '../nodes/nodes.store.ts'
import { changeStatus } from '../nodes/status.store.ts'

const renamed = (was: string, now: string) =>
  conflict(
    `数据库属于节点 ${was}，而 node.id 是 ${now}：请改回 node.id，或使用另一个数据目录`,
    `this database belongs to node ${was}, but node.id is ${now}: set node.id back, or use another data_dir`,
  )

/**
 * The monitor's own node: made at its first start, brought up to date at later ones, online from now on. Throws CONFLICT
 * when the database belongs to another node.
 */
export async function ensureSelf(
  units: Units,
  self: { agentId: string; name: string; nodeUid: string; version: string; metadata: JsonObject },
  at: Date,
): Promise<NodeRow> {
  return await units.run(async (unit) => {
    const { agentId, ...fields } = self
    // Several processes of one monitor may start at once.
    await lockFirstStart(unit.tx)
    const [existing] = await unit.tx.select().from(nodes).where(eq(nodes.isSelf, true)).for('update')
    if (existing && existing.agentId !== agentId) throw renamed(existing.agentId, agentId)
    if (existing) await updateNode(unit.tx, existing.id, fields)
    else await putNode(unit.tx, null, { ...fields, agentId, role: 'monitor', isSelf: true })
    await changeStatus(unit, { where: sql`n.is_self`, to: sql`'online'`, reason: 'started', at })
    return await selfNode(unit.tx)
  })
}
