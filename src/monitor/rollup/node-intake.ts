import type { RolledNode } from '../../contract/rollup.ts'
import type { Logger } from '../../platform/logger.ts'
import type { Alerts } from '../alerts/alerts.service.ts'
import type { Unit } from '../changes/units.ts'
import type { Commands } from '../commands/commands.service.ts'
import { writeIntents } from '../intents/intents.store.ts'
import { raiseDuplicate } from '../membership/duplicate.ts'
import { moveNode, type NodeRow } from '../nodes/nodes.store.ts'
import { tellStatusChanges } from '../nodes/status.store.ts'
import { applyRolledStates, insertNodes, isOtherIdentity, lockNodes, updateIdentity } from './intake.store.ts'
import { placementOf } from './placement.ts'

export interface NodeIntakeParts {
  alerts: Alerts
  commands: Commands
  lineage: () => readonly string[]
  logger: Logger
}

interface Intake {
  parts: NodeIntakeParts
  unit: Unit
  child: NodeRow
  /** Every node that is named or is a parent of one, as it stands now. */
  known: Map<string, NodeRow>
  at: Date
}

/** Takes in the nodes of one rollup of `child`: places them in the tree and writes their states. */
export async function takeNodes(
  parts: NodeIntakeParts,
  unit: Unit,
  child: NodeRow,
  rolled: readonly RolledNode[],
  at: Date,
): Promise<void> {
  const names = new Set(rolled.flatMap((node) => [node.agent_id, node.parent_id]))
  const known = await lockNodes(unit.tx, [...names])
  known.set(child.agentId, child)
  const intake: Intake = { parts, unit, child, known, at }

  const accepted: RolledNode[] = []
  const inserts: RolledNode[] = []
  for (const node of rolled) {
    const row = known.get(node.agent_id)
    const what = row && {
      isSelf: row.isSelf,
      path: row.path,
      nodeUid: row.nodeUid,
      generation: row.generation,
      removed: row.removedReason,
    }
    switch (placementOf(node, child.agentId, parts.lineage(), what ?? null)) {
      case 'insert':
        inserts.push(node)
        accepted.push(node)
        break
      case 'update':
        accepted.push(node)
        break
      case 'move':
        if (row) await moveAway(intake, row, node)
        accepted.push(node)
        break
      case 'stale':
        if (row) await tellStale(intake, row, node)
        break
      case 'duplicate':
        if (row) {
          const description = `Another machine runs as ${node.agent_id} below ${child.agentId}; give one of them another node.id`
          await raiseDuplicate(parts.alerts, unit, row, {
            description,
            details: { below: child.agentId, parent: node.parent_id },
          })
        }
        break
      case 'loop':
        parts.logger.error(
          { child: child.agentId, node: node.agent_id },
          'a child reports a node that stands above it: dropped',
        )
        break
    }
  }
  await insertAll(intake, inserts)
  for (const node of accepted) await bringUpToDate(intake, node)
  await applyStates(intake, accepted)
}

/** Inserts in waves, parents before children; a parent that nobody named yet gets a row that its own news will fill. */
async function insertAll(intake: Intake, inserts: readonly RolledNode[]): Promise<void> {
  const { unit, child, known } = intake
  let waiting = [...inserts]
  while (waiting.length > 0) {
    const names = new Set(waiting.map((node) => node.agent_id))
    const ready = waiting.filter((node) => !names.has(node.parent_id) || node.parent_id === node.agent_id)
    // Only a ring of parents leaves nobody ready: its members hang below the child itself.
    const wave = ready.length > 0 ? ready : waiting
    const missing = wave.map((node) => node.parent_id).filter((id) => !isPlaced(intake, id))
    await insertPlaceholders(intake, [...new Set(missing)])
    const rows = await insertNodes(
      unit.tx,
      wave.map((rolled) => ({
        rolled,
        parent: (ready.length > 0 && isPlaced(intake, rolled.parent_id) && known.get(rolled.parent_id)) || child,
      })),
    )
    for (const row of rows) known.set(row.agentId, row)
    unit.changed('node', ...rows.map((row) => row.id))
    await writeIntents(
      unit.tx,
      rows.map((row) => ({
        nodeId: row.id,
        type: 'milestone',
        data: `${row.agentId} joined ${row.path.at(-2) ?? ''}`,
        at: intake.at,
      })),
    )
    waiting = waiting.filter((node) => !wave.includes(node))
  }
}

function isPlaced({ known, child }: Intake, agentId: string): boolean {
  const row = known.get(agentId)
  return row !== undefined && row.deletedAt === null && row.path.includes(child.agentId)
}

async function insertPlaceholders(intake: Intake, agentIds: readonly string[]): Promise<void> {
  const { unit, child, known } = intake
  const free = agentIds.filter((id) => (known.get(id)?.removedReason ?? 'moved') === 'moved' && !isPlaced(intake, id))
  const rows = await insertNodes(
    unit.tx,
    free.map((agentId) => ({ rolled: placeholder(agentId, child.agentId), parent: child })),
  )
  for (const row of rows) known.set(row.agentId, row)
}

function placeholder(agentId: string, parentId: string): RolledNode {
  return {
    kind: 'node',
    agent_id: agentId,
    parent_id: parentId,
    node_uid: null,
    generation: 0,
    name: agentId,
    role: 'monitor',
    version: null,
    status: 'unknown',
    health_status: 'unknown',
    issues: { L1: 0, L2: 0, L3: 0 },
    metrics: null,
    metadata: {},
    last_seen_at: null,
    stale_since: null,
  }
}

/** Identity and parent of a node that is here already. */
async function bringUpToDate(intake: Intake, rolled: RolledNode): Promise<void> {
  const { unit, known, child } = intake
  const row = known.get(rolled.agent_id)
  if (!row) return
  if (isOtherIdentity(row, rolled)) {
    await updateIdentity(unit.tx, row.id, rolled)
    unit.changed('node', row.id)
  }
  if (row.path.at(-2) === rolled.parent_id) return
  const parent = isPlaced(intake, rolled.parent_id) ? known.get(rolled.parent_id) : child
  if (!parent || parent.path.includes(row.agentId) || parent.id === row.parentId) return
  unit.changed('node', ...(await moveNode(unit.tx, row, parent)))
}

/** The node has attached elsewhere in the tree: its old monitor is told to let it go. */
async function moveAway(intake: Intake, row: NodeRow, rolled: RolledNode): Promise<void> {
  const { unit, child, known, parts } = intake
  const oldMonitor = row.path.slice(0, -1)
  const parent = isPlaced(intake, rolled.parent_id) ? (known.get(rolled.parent_id) ?? child) : child
  unit.changed('node', ...(await moveNode(unit.tx, row, parent)))
  const newPath = [...parent.path, row.agentId]
  known.set(row.agentId, { ...row, parentId: parent.id })
  // What hangs below it came along.
  for (const [agentId, other] of known) {
    if (!other.path.includes(row.agentId)) continue
    known.set(agentId, { ...other, path: [...newPath, ...other.path.slice(row.path.length)] })
  }
  await parts.alerts.endOfOldMonitor(unit, row)
  await parts.commands.send(unit, oldMonitor, 'node.moved', {
    agent_id: row.agentId,
    by: 'tree',
    generation: rolled.generation,
    node_uid: rolled.node_uid,
  })
}

/** The child speaks of a node that is deleted, or attached elsewhere by now. */
async function tellStale({ unit, child, known, parts }: Intake, row: NodeRow, rolled: RolledNode): Promise<void> {
  const monitor = known.get(rolled.parent_id) ?? child
  const path = monitor.path.includes(child.agentId) ? monitor.path : child.path
  const deleted = row.removedReason === 'deleted'
  await parts.commands.send(unit, path, deleted ? 'node.delete' : 'node.moved', {
    agent_id: row.agentId,
    by: 'tree',
    generation: rolled.generation + 1,
    node_uid: rolled.node_uid,
  })
}

async function applyStates({ unit, known, at }: Intake, accepted: readonly RolledNode[]): Promise<void> {
  const items = accepted.flatMap((rolled) => {
    const row = known.get(rolled.agent_id)
    return row ? [{ nodeId: row.id, rolled }] : []
  })
  const changed = await applyRolledStates(unit.tx, items, at)
  unit.changed('node', ...changed.map((state) => state.nodeId))
  const moved = changed.filter((state) => state.oldStatus !== state.newStatus)
  await tellStatusChanges(unit, moved, 'reported_by_monitor', at)
}
