import type { z } from 'zod'
import {
  type BatchReceipt,
  type Heartbeat,
  Report,
  type ReportBatch,
  type ReportReceipt,
} from '../../contract/reports.ts'
import { AppError, conflict, serviceUnavailable } from '../../contract/errors.ts'
import type { RollupAck } from '../../contract/rollup.ts'
import type { Database } from '../../db/open.ts'
import { createGatherer } from '../../lib/gatherer.ts'
import type { Bus } from '../../platform/bus.ts'
import type { MonitorEvents } from '../changes/events.ts'
import type { Unit, Units } from '../changes/units.ts'
import { decideIssues } from '../decisions/report-decisions.ts'
import type { Decisions } from '../decisions/decisions.service.ts'
import type { Liveness } from '../liveness/liveness.service.ts'
import { type NodeRow, nodeById } from '../nodes/nodes.store.ts'
import type { RollupIntake } from '../rollup/intake.service.ts'
import type { Incoming } from './incoming.ts'
import { createCalmWay } from './calm-way.ts'
import { createIntake, type IntakeParts, type Taken } from './report-intake.ts'
import type { Sign } from './reports.store.ts'

const maxBatch = 256
/** Of a backlog, so that no transaction of it is long. */
const maxOldBatch = 64
/** While the database writes one batch, the next is gathered and sent; reports of one node stay in their order. */
const laneCount = 2
const maxWaiting = 20_000

const overloaded = () =>
  serviceUnavailable('上报过多，请稍后重试', 'too many reports are waiting: try again shortly', {
    headers: { 'retry-after': '2' },
  })
const looped = () =>
  conflict('报告已经过本节点，存在环路', 'the report has already come through this monitor: the tree has a loop')

/** Takes reports and heartbeats (spec: 数据上报接口). An answer means that everything is on disk. */
export function createReports(
  parts: IntakeParts & {
    database: Database
    units: Units
    bus: Pick<Bus<MonitorEvents>, 'emit'>
    liveness: Liveness
    decisions: Decisions
    rollup: RollupIntake
    selfId: string
    clock: () => number
    newId: () => string
    /** How long a report may wait for the decisions about its issues. */
    budgetMs: number
    lifeMs: number
  },
) {
  const { database, units, liveness, rollup, selfId, clock, newId, budgetMs } = parts
  const { takeReports, takeSigns } = createIntake(parts)
  const calmWay = createCalmWay(parts)
  const lanes = Array.from({ length: laneCount }, () =>
    createGatherer<Incoming, Taken>({
      run: (items) => calmWay(items, (rest) => units.run((unit) => takeReports(unit, rest))),
      maxItems: maxBatch,
      maxWaiting,
      overloaded,
    }),
  )
  const laneOf = (nodeId: number) => lanes[nodeId % laneCount] as (typeof lanes)[number]
  /** Old reports wait for each other alone, never a live one for them. */
  const backlogLane = createGatherer<Incoming, Taken>({
    run: (items) => units.run((unit) => takeReports(unit, items)),
    maxItems: maxOldBatch,
    maxWaiting,
    overloaded,
  })
  const heartbeatLane = createGatherer<Sign, void>({ run: takeHeartbeats, maxItems: maxBatch, maxWaiting, overloaded })

  async function takeHeartbeats(signs: Sign[]): Promise<void[]> {
    await units.run((unit) => takeSigns(unit, [...new Map(signs.map((sign) => [sign.nodeId, sign])).values()]))
    return signs.map(() => undefined)
  }

  function incoming(
    node: { id: number; agentId: string },
    report: Report,
    way: Pick<Incoming, 'backlog' | 'history'>,
  ): Incoming {
    if (report.metadata.path?.includes(selfId)) throw looped()
    return {
      nodeId: node.id,
      agentId: node.agentId,
      report,
      receivedAtMs: clock(),
      fallbackUid: `~${newId()}`,
      ...way,
    }
  }

  /** A rolled-up report has a transaction of its own: its effects, and the child's new place in the feed. */
  async function takeRolledUp(item: Incoming): Promise<{ taken: Taken; ack: RollupAck | undefined }> {
    return await units.run(async (unit: Unit) => {
      const [taken] = await takeReports(unit, [item])
      const child = await nodeById(unit.tx, item.nodeId)
      if (!taken || !child) throw new Error('a report was taken without a result')
      const part = item.report.metadata.rollup
      return { taken, ack: part && (await rollup.take(unit, child, part)) }
    })
  }

  return {
    /**
     * Takes one report, the present state of its node. `waitMs` is how long the answer may wait for decisions about its
     * L2 issues; what is not decided by then is `pending`. Throws CONFLICT for a loop, SERVICE_UNAVAILABLE under overload.
     */
    async accept(
      node: NodeRow | { id: number; agentId: string },
      report: Report,
      waitMs = budgetMs,
    ): Promise<z.infer<typeof ReportReceipt>> {
      const item = incoming(node, report, { backlog: false, history: false })
      const { taken, ack } = report.metadata.rollup
        ? await takeRolledUp(item)
        : { taken: await laneOf(item.nodeId).add(item), ack: undefined }
      const asks = !taken.duplicate && report.issues.some((issue) => issue.level === 'L2')
      const row = asks ? await nodeById(database.db, node.id) : null
      return {
        report_id: taken.reportId,
        l2_decisions: row ? await decideIssues(parts, row, report.issues, waitMs) : [],
        l3_alerts_triggered: taken.alertsTriggered,
        ...(ack ? { rollup_ack: ack } : {}),
      }
    },

    /**
     * Takes a backlog (rulings: `POST /reports/batch`), each item judged alone. `nodeOf` says whose report an item is, or
     * throws what is wrong with it.
     */
    async acceptBatch(
      { reports: items, history }: z.infer<typeof ReportBatch>,
      nodeOf: (agentId: string) => Promise<{ id: number; agentId: string }>,
      language: 'zh' | 'en',
    ): Promise<z.infer<typeof BatchReceipt>> {
      const results = await Promise.all(
        items.map(async (raw) => {
          const parsed = Report.safeParse(raw)
          const uid = uidOf(raw)
          if (!parsed.success) {
            const [issue] = parsed.error.issues
            return {
              report_uid: uid,
              status: 'rejected' as const,
              error: { code: 'INVALID_REQUEST', message: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` },
            }
          }
          try {
            const item = incoming(await nodeOf(parsed.data.agent_id), parsed.data, { backlog: true, history })
            const taken = await backlogLane.add(item)
            return { report_uid: uid, status: taken.duplicate ? ('duplicate' as const) : ('accepted' as const) }
          } catch (error) {
            if (!(error instanceof AppError) || error.status >= 500) throw error
            return {
              report_uid: uid,
              status: 'rejected' as const,
              error: { code: error.code, message: error.text[language] },
            }
          }
        }),
      )
      return { results }
    },

    /** Takes a sign of life, or a node's announcement that it stops. Returns the receipt time. */
    async heartbeat(node: { id: number }, beat: Heartbeat): Promise<Date> {
      const receivedAtMs = clock()
      if (beat.goodbye) await liveness.goodbye(node.id)
      else {
        await heartbeatLane.add({
          nodeId: node.id,
          receivedAtMs,
          sentAtMs: Date.parse(beat.timestamp),
          health: beat.status,
          version: null,
          figures: null,
        })
      }
      return new Date(receivedAtMs)
    },

    /** Waits for everything that was taken in to be on disk. */
    async stop(): Promise<void> {
      await Promise.all([...lanes, backlogLane, heartbeatLane].map((lane) => lane.idle()))
    },
  }
}
export type Reports = ReturnType<typeof createReports>

function uidOf(raw: unknown): string | null {
  return typeof raw === 'object' && raw !== null && 'report_uid' in raw && typeof raw.report_uid === 'string'
    ? raw.report_uid
    : null
}
