import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { Report } from '../../src/contract/reports.ts'
import { rollupCursors } from '../../src/db/schema/tree.ts'
import { findNode } from '../../src/monitor/nodes/nodes.store.ts'
import { createOutgoingRollup } from '../../src/monitor/rollup/outgoing.service.ts'
import { firstPreviousHash } from '../../src/lib/audit-chain.ts'
import type { BareMonitor } from './bare-monitor.ts'

/** What becomes of one message between a region and its parent. */
export const fates = ['arrives', 'lost', 'answer lost', 'twice', 'late'] as const
export type Fate = (typeof fates)[number]

const lost = (what: string) => new Error(`${what} was lost`)

/** Carries rolled-up reports up and commands down between two monitors, as badly as it is told to. */
export function createLossyWire(child: BareMonitor, parent: BareMonitor) {
  const { database } = child.monitor
  // Tiny parts, so that what belongs together comes in several.
  const outgoing = createOutgoingRollup({
    database,
    clock: Date.now,
    startedAtMs: Date.now(),
    version: '1.0.0',
    newId: randomUUID,
    hostHead: () => ({ seq: 0, hash: firstPreviousHash }),
    maxChangesPerReport: 8,
  })
  const underway: string[] = []

  async function arrive(text: string) {
    const node = await findNode(parent.monitor.database.db, child.id)
    if (!node) throw new Error(`${child.id} is not registered`)
    return await parent.monitor.reports.accept(node, Report.parse(JSON.parse(text)))
  }

  /** True when the sender learned that everything arrived. */
  async function carry(send: () => Promise<void>): Promise<boolean> {
    try {
      await send()
      return true
    } catch (error) {
      if (error instanceof Error && error.message.endsWith('was lost')) return false
      throw error
    }
  }

  return {
    /** The child sends what the parent has not acknowledged; its parts have these fates in turn. */
    flush(...fates: readonly Fate[]): Promise<boolean> {
      let part = 0
      return carry(() =>
        outgoing.flush(parent.id, async (report) => {
          const text = JSON.stringify(report)
          const fate = fates[part++ % fates.length]
          if (fate === 'late') underway.push(text)
          if (fate === 'late' || fate === 'lost') throw lost('a report')
          const receipt = await arrive(text)
          if (fate === 'answer lost') throw lost('an answer')
          if (fate === 'twice') await arrive(text)
          return receipt
        }),
      )
    },

    /** What was under way arrives now, newest first; nobody waits for the answers any more. */
    async arriveLate(): Promise<void> {
      for (const text of underway.splice(0).toReversed()) await arrive(text)
    },

    /** The parent does not know any more where it was, and demands a snapshot. */
    async losePlace(): Promise<void> {
      const node = await findNode(parent.monitor.database.db, child.id)
      await parent.monitor.database.db.delete(rollupCursors).where(eq(rollupCursors.nodeId, node?.id ?? 0))
    },

    /** The parent hands over what waits for the child. */
    deliver: (fate: Fate) =>
      carry(() =>
        parent.monitor.commands.deliver(child.id, async (commands) => {
          if (fate === 'late' || fate === 'lost') throw lost('a command')
          const { monitor } = child
          for (let times = fate === 'twice' ? 2 : 1; times > 0; times--) {
            for (const command of commands)
              await monitor.commands.take(command, await monitor.views.pathTo(command.target))
          }
          if (fate === 'answer lost') throw lost('an answer')
          return commands.map(({ uid }) => uid)
        }),
      ),
  }
}
export type LossyWire = ReturnType<typeof createLossyWire>
