import type { DecisionAnswer, DecisionRequest } from '../../contract/decisions.ts'
import type { Database } from '../../db/open.ts'
import type { Logger } from '../../platform/logger.ts'
import type { Units } from '../changes/units.ts'
import type { NodeRow } from '../nodes/nodes.store.ts'
import { requestLoops } from './decisions.errors.ts'
import { decisionById, type DecisionRow, expireDue, noteJudged } from './decisions.store.ts'
import { deliberate, type DeliberationParts } from './deliberation.ts'
import { openRequest } from './opening.ts'
import { noteWaiting, settleDecision, tellSettled } from './settling.ts'
import type { Turns } from './turns.ts'
import { decisionAnswer } from './view.ts'

/** Takes requests for decisions and brings them to an end (spec: 决策管理接口 3; design: one decision). */
export function createDecisions(
  parts: Omit<DeliberationParts, 'onJudging' | 'escalate'> & {
    database: Database
    units: Units
    logger: Logger
    escalate: () => DeliberationParts['escalate']
    /** How long one deliberation may take, whoever still waits for it. */
    budgetMs: number
    /** How long a request may stay pending. */
    lifeMs: number
    newId: () => string
    /** Where other processes of this monitor may be asked the same. */
    turns?: Turns | undefined
  },
) {
  const { database, units, logger, turns, selfId, clock, budgetMs, lifeMs, newId } = parts
  const underWay = new Map<number, Promise<DecisionRow | null>>()
  const stopping = new AbortController()

  async function open(node: NodeRow, request: DecisionRequest, joins: boolean) {
    const at = new Date(clock())
    // A decision that ends here says so from the beginning, so that no ancestor takes it for its own.
    const authority = parts.escalate() === null ? selfId : null
    return await units.run((unit) => openRequest(unit, node, request, { joins, lifeMs, authority, at, newId }))
  }

  /**
   * One deliberation at a time for a decision, in all processes: who asks meanwhile waits for the same one. Its end, when this
   * process has written it; else null.
   */
  function work(
    opened: { row: DecisionRow; isNew: boolean },
    node: NodeRow,
    request: DecisionRequest,
  ): Promise<DecisionRow | null> {
    const { row, isNew } = opened
    const running = underWay.get(row.id)
    if (running) return running
    let ended: DecisionRow | null = null
    const begin = async () => {
      ended = await bring(row, node, request, isNew && !turns)
    }
    const started = (turns ? turns.take(row.id, budgetMs, stopping.signal, begin) : begin())
      .catch((error: unknown) =>
        logger.error({ err: error, decision: row.id }, 'a decision was left pending by a failure'),
      )
      .then(() => ended)
      .finally(() => underWay.delete(row.id))
    underWay.set(row.id, started)
    return started
  }

  async function bring(
    row: DecisionRow,
    node: NodeRow,
    request: DecisionRequest,
    isNew: boolean,
  ): Promise<DecisionRow | null> {
    // Another deliberation may have ended between our read and our turn.
    if (!isNew && (await decisionById(database.db, row.id))?.row.status !== 'pending') return null
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(budgetMs)])
    const deliberation: DeliberationParts = {
      ...parts,
      escalate: parts.escalate(),
      onJudging: (judged) => noteJudged(database.db, judged.id, new Date(clock())),
    }
    const outcome = await deliberate(deliberation, row, request, { deadlineMs: budgetMs, signal })
    return await units.run(async (unit) => {
      if ('settled' in outcome) return await settleDecision(unit, row, node.agentId, outcome.settled)
      await noteWaiting(unit, row, node.agentId, outcome.pending)
      return null
    })
  }

  async function answerOf(id: number): Promise<DecisionAnswer> {
    const found = await decisionById(database.db, id)
    if (!found) throw new Error(`decision ${id} is gone`)
    return decisionAnswer(found.row, clock())
  }

  return {
    /**
     * Answers a request within `deadlineMs`: settled, or `pending` when nobody has decided by then; the deliberation
     * goes on, and the same `request_id` gets its end. With `joins`, a request without a `request_id` belongs to the
     * young decision about the same fault, if there is one. Throws CONFLICT for a loop or a request_id used for something else.
     */
    async request(
      node: NodeRow,
      request: DecisionRequest,
      deadlineMs: number,
      { joins = false } = {},
    ): Promise<DecisionAnswer> {
      if (request.path?.includes(selfId)) throw requestLoops()
      const opened = await open(node, request, joins)
      const { row } = opened
      const isOpen = row.status === 'pending' && row.expiresAt.getTime() > clock()
      const ended = isOpen ? await withinMs(work(opened, node, request), Math.min(deadlineMs, budgetMs)) : null
      return ended ? decisionAnswer(ended, clock()) : await answerOf(row.id)
    },

    /** Ends the life of requests that nobody decided. Called every second or so. */
    async expire(): Promise<void> {
      await units.run(async (unit) => {
        const now = new Date(clock())
        for (const due of await expireDue(unit.tx, now)) {
          const found = await decisionById(unit.tx, due.id)
          if (found) await tellSettled(unit, found.row, due.agentId, now)
        }
      })
    },

    /** Ends what is under way; it stays pending and is taken up when it is asked for again. */
    async stop(): Promise<void> {
      stopping.abort()
      await Promise.all(underWay.values())
    },
  }
}
export type Decisions = ReturnType<typeof createDecisions>

/** What `work` came to, waited for at most `ms`; then null. */
async function withinMs<T>(work: Promise<T>, ms: number): Promise<T | null> {
  const limit = Promise.withResolvers<null>()
  const timer = setTimeout(() => limit.resolve(null), ms)
  try {
    return await Promise.race([work, limit.promise])
  } finally {
    clearTimeout(timer)
  }
}
