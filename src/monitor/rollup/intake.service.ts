import type { RolledEntity, Rollup, RollupAck } from '../../contract/rollup.ts'
import { takeAlertCopy } from '../alerts/copies.ts'
import type { Unit } from '../changes/units.ts'
import { takeDecisionCopy } from '../decisions/copies.ts'
import type { RemovalService } from '../membership/removal.service.ts'
import { findNode, type NodeRow } from '../nodes/nodes.store.ts'
import { feedStep, marksAfter } from './feed-step.ts'
import {
  beginSnapshot,
  type CursorRow,
  keepCursor,
  lockCursor,
  nameInSnapshot,
  unnamedInSnapshot,
  unnamedOpenAlerts,
} from './intake.store.ts'
import { type NodeIntakeParts, takeNodes } from './node-intake.ts'

type Of<K extends RolledEntity['kind']> = Extract<RolledEntity, { kind: K }>
const ofKind = <K extends RolledEntity['kind']>(entities: readonly RolledEntity[], kind: K): Array<Of<K>> =>
  entities.filter((entity): entity is Of<K> => entity.kind === kind)

/** Takes in what a child reports of its subtree (design: state goes all the way up). */
export function createRollupIntake(
  parts: NodeIntakeParts & { removal: RemovalService; clock: () => number; newId: () => string },
) {
  const { removal, clock, newId, logger } = parts

  async function takeEntities(unit: Unit, child: NodeRow, entities: readonly RolledEntity[], at: Date): Promise<void> {
    await takeNodes(parts, unit, child, ofKind(entities, 'node'), at)
    for (const gone of ofKind(entities, 'node_gone')) {
      const node = await findNode(unit.tx, gone.agent_id)
      if (node && !node.deletedAt && node.id !== child.id && node.path.includes(child.agentId)) {
        await removal.takeOut(unit, node, gone.deleted ? 'deleted' : 'moved', child.agentId)
      }
    }
    // What has ended first, so that a fault which came back finds its place free.
    const alerts = ofKind(entities, 'alert').sort(
      (a, b) => Number(b.status === 'resolved') - Number(a.status === 'resolved'),
    )
    for (const alert of alerts) {
      const node = await nodeBelow(unit, child, alert.agent_id)
      if (node) await takeAlertCopy(parts.commands, unit, node, alert, at)
    }
    for (const decision of ofKind(entities, 'decision')) {
      const node = await nodeBelow(unit, child, decision.agent_id)
      if (node) await takeDecisionCopy(unit, node, decision, at)
    }
  }

  /** Remembers what a part of a snapshot named; after its last part, what it has not named at all is gone. */
  async function isSnapshotTaken(unit: Unit, child: NodeRow, rollup: Rollup): Promise<boolean> {
    const nodes = ofKind(rollup.entities, 'node').map((node) => node.agent_id)
    const alerts = ofKind(rollup.entities, 'alert').map((alert) => alert.uid)
    await nameInSnapshot(unit.tx, child.id, [...nodes, ...alerts])
    if (!rollup.snapshot_end) return false
    for (const node of await unnamedInSnapshot(unit.tx, child))
      await removal.takeOut(unit, node, 'moved', child.agentId)
    const ended = await unnamedOpenAlerts(unit.tx, child)
    await parts.alerts.endThese(unit, ended, `${child.agentId} does not know it any more`)
    await beginSnapshot(unit.tx, child.id)
    return true
  }

  return {
    /**
     * Takes in one part of a child's feed, and the child's new place in it, in the caller's transaction: a repeat or a
     * part that does not follow on what is known changes nothing, and the answer says from where to go on.
     */
    async take(unit: Unit, child: NodeRow, rollup: Rollup): Promise<RollupAck> {
      const { epoch } = rollup
      const known = await lockCursor(unit.tx, child.id)
      const quoted = rollup.mark ?? ''
      const step = feedStep(known && { ...known, inSnapshot: known.snapshotSince !== null }, {
        epoch,
        fromSeq: rollup.from_seq,
        toSeq: rollup.to_seq,
        mark: quoted,
        offered: rollup.offered ?? null,
      })
      if (step === 'lost') {
        const what = { child: child.agentId, from_seq: rollup.from_seq, known_seq: known?.seq ?? null }
        logger.warn(
          what,
          'a child does not go on from what it sent, as after a restore or a crash: asked for its whole state',
        )
        if (known) await keepCursor(unit.tx, { ...known, seq: 0, snapshotSince: null })
        return { epoch, seq: 0, snapshot: true, mark: null }
      }
      if (known && step === 'behind') {
        const what = { child: child.agentId, from_seq: rollup.from_seq, known_seq: known.seq }
        logger.warn(what, 'a child has told more than is known here, as after a restore: asked for the rest again')
        return { epoch, seq: known.seq, snapshot: false, mark: known.marks.at(-1) ?? null }
      }

      const at = new Date(clock())
      const given = rollup.offered ?? [newId()]
      const cursor: CursorRow = {
        nodeId: child.id,
        epoch,
        seq: step === 'repeat' && known ? known.seq : rollup.to_seq,
        marks: marksAfter(step === 'start' ? [] : (known?.marks ?? []), quoted, given),
        receivedAt: at,
        snapshotSince: step === 'start' ? at : (known?.snapshotSince ?? null),
      }
      if (step === 'start') await beginSnapshot(unit.tx, child.id)
      if (step !== 'repeat') {
        await takeEntities(unit, child, rollup.entities, at)
        if (cursor.snapshotSince && (await isSnapshotTaken(unit, child, rollup))) {
          cursor.snapshotSince = null
          logger.info({ child: child.agentId, seq: cursor.seq }, 'the whole state of a child was taken in')
        }
      }
      await keepCursor(unit.tx, cursor)
      return { epoch, seq: cursor.seq, snapshot: false, mark: given.at(-1) ?? null }
    },
  }
}
export type RollupIntake = ReturnType<typeof createRollupIntake>

async function nodeBelow(unit: Unit, child: NodeRow, agentId: string): Promise<NodeRow | null> {
  const node = await findNode(unit.tx, agentId)
  return node && node.path.includes(child.agentId) ? node : null
}
