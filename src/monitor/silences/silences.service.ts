import type { z } from 'zod'
import {
  maxOpenSilences,
  type Silence,
  type SilenceInput,
  type SilenceQuery,
  type TravellingSilence,
} from '../../contract/silences.ts'
import type { Database, Executor, Tx } from '../../db/open.ts'
import { dateOrNull } from '../../lib/time.ts'
import { appendAudit } from '../audit/audit.store.ts'
import { type Actor, actorName } from '../auth/actor.ts'
import { scopeOf } from '../auth/permissions.ts'
import type { Unit, Units } from '../changes/units.ts'
import { writeIntents } from '../intents/intents.store.ts'
import { nodeNotFound } from '../nodes/nodes.errors.ts'
import { findNode, selfNode } from '../nodes/nodes.store.ts'
import { isVisible, visibilityOf } from '../nodes/visibility.ts'
import { scopeForChild } from './concern.ts'
import { covers, type MatchedAlert } from './match.ts'
import {
  endInThePast,
  noWindow,
  silenceEnded,
  silenceInherited,
  silenceNotFound,
  silenceOfOthers,
  tooManySilences,
} from './silences.errors.ts'
import {
  countOpenSilences,
  findSilence,
  insertSilence,
  openSilences,
  pageOfSilences,
  replaceInherited,
  type SilenceRow,
  updateSilence,
} from './silences.store.ts'
import { silenceView, spanOf, travellingSilence } from './view.ts'
import { stateOfSpan, windowAt } from './window.ts'

/** Silences and maintenance windows: they stop notices, and never hide an alert. */
export function createSilences(parts: {
  database: Database
  units: Units
  selfId: string
  clock: () => number
  newId: () => string
}) {
  const { database, units, selfId, clock, newId } = parts

  /** Who is not bound to servers of its own may silence anything; the others name one of theirs. */
  async function checkScope(tx: Tx, actor: Actor, scope: string | null): Promise<void> {
    if (scope === null) {
      if (!scopeOf(actor).all) throw silenceOfOthers()
      return
    }
    const node = await findNode(tx, scope)
    if (!node || node.deletedAt || !isVisible(visibilityOf(actor), node)) throw nodeNotFound(scope)
  }

  /** A silence that the actor may change. Throws NOT_FOUND, FORBIDDEN, or CONFLICT for one that ended or came from above. */
  async function changeable(tx: Tx, actor: Actor, id: number): Promise<SilenceRow> {
    const row = await findSilence(tx, id, visibilityOf(actor))
    if (!row) throw silenceNotFound(id)
    if (row.inheritedFrom !== null) throw silenceInherited(id, row.inheritedFrom)
    const own = scopeOf(actor)
    if (!own.all) {
      const node = row.scope === null ? null : await findNode(tx, row.scope)
      if (node?.ownerId !== own.ownerId) throw silenceOfOthers()
    }
    return row
  }

  function valuesOf(input: SilenceInput, startsByDefault: Date) {
    const { starts_at, ends_at, kind, scope, matchers, recurrence, reason } = input
    const startsAt = dateOrNull(starts_at ?? null) ?? startsByDefault
    const values = { kind, scope, matchers, recurrence, reason, startsAt, endsAt: dateOrNull(ends_at) }
    if (values.endsAt && values.endsAt <= new Date(Math.max(clock(), startsAt.getTime()))) throw endInThePast()
    if (!windowAt(spanOf(values), clock())) throw noWindow()
    return values
  }

  async function writeDown(unit: Unit, actor: Actor, row: SilenceRow, what: 'create' | 'change' | 'end') {
    const { id, uid, kind, scope, matchers, startsAt, endsAt, recurrence, reason } = row
    const details = { silence: uid, kind, matchers, starts_at: startsAt, ends_at: endsAt, recurrence, reason }
    await appendAudit(unit.tx, { actor, action: `silence.${what}`, target: scope ?? selfId, details })
    const node = scope === null ? await selfNode(unit.tx) : await findNode(unit.tx, scope)
    const name = kind === 'silence' ? 'Silence' : 'Maintenance window'
    const done = { create: 'made', change: 'changed', end: 'ended early' }[what]
    const until = what === 'end' ? '' : ` until ${endsAt?.toISOString() ?? 'it is ended'}`
    await writeIntents(unit.tx, [
      {
        nodeId: node?.id ?? null,
        type: 'note',
        data: `${name} ${id} of ${scope ?? 'all nodes'} ${done}${until}: ${reason}`,
        actor: actorName(actor),
        at: new Date(clock()),
      },
    ])
    unit.emit('silences_changed', { by: actorName(actor) })
  }

  /** Those that hold now and those to come, for a decision about alerts. */
  async function holding(db: Executor): Promise<SilenceRow[]> {
    const nowMs = clock()
    const rows = await openSilences(db, new Date(nowMs))
    return rows.filter((row) => stateOfSpan(spanOf(row), nowMs) === 'active')
  }

  return {
    holding,

    /** Row numbers of the silences that hold now, per alert. */
    async silencedBy(alerts: readonly MatchedAlert[]): Promise<number[][]> {
      if (alerts.length === 0) return []
      const rows = await holding(database.db)
      return alerts.map((alert) => rows.filter((row) => covers(row, alert)).map((row) => row.id))
    },

    /** The next moment after now at which a silence begins or ends, in ms; null when none does. */
    async nextChangeMs(db: Executor): Promise<number | null> {
      const nowMs = clock()
      const moments = (await openSilences(db, new Date(nowMs))).flatMap((row) => {
        const window = windowAt(spanOf(row), nowMs)
        return window ? [window.startMs > nowMs ? window.startMs : window.endMs] : []
      })
      const next = moments.reduce((a, b) => Math.min(a, b), Infinity)
      return Number.isFinite(next) ? next : null
    },

    /** Silences the actor may see: of its nodes, of monitors above them, and of everything. */
    async list(actor: Actor, query: z.infer<typeof SilenceQuery>) {
      const { agent_id, state, kind, limit, offset } = query
      const nowMs = clock()
      const visibility = visibilityOf(actor)
      const node = agent_id === undefined ? null : await findNode(database.db, agent_id)
      if (agent_id !== undefined && (!node || !isVisible(visibility, node)))
        return { total: 0, limit, offset, silences: [] }
      const filter = { visibility, kind, path: node?.path }
      const view = (row: SilenceRow) => silenceView(row, nowMs)
      if (state === 'active' || state === 'pending') {
        const open = (await openSilences(database.db, new Date(nowMs), filter)).map(view)
        const found = open.filter((silence) => silence.state === state)
        return { total: found.length, limit, offset, silences: found.slice(offset, offset + limit) }
      }
      const endedBefore = state === 'expired' ? new Date(nowMs) : undefined
      const { rows, total } = await pageOfSilences(database.db, { ...filter, endedBefore, limit, offset })
      return { total, limit, offset, silences: rows.map(view) }
    },

    /** Throws NOT_FOUND, also for one that the actor may not see. */
    async get(actor: Actor, id: number): Promise<Silence> {
      const row = await findSilence(database.db, id, visibilityOf(actor))
      if (!row) throw silenceNotFound(id)
      return silenceView(row, clock())
    },

    /** Throws NOT_FOUND for a scope that is not there, FORBIDDEN for one that is not the actor's, CONFLICT when there are too many. */
    async create(actor: Actor, input: SilenceInput): Promise<Silence> {
      return await units.run(async (unit) => {
        await checkScope(unit.tx, actor, input.scope)
        const at = new Date(clock())
        if ((await countOpenSilences(unit.tx, at)) >= maxOpenSilences) throw tooManySilences(maxOpenSilences)
        const row = await insertSilence(unit.tx, {
          ...valuesOf(input, at),
          uid: newId(),
          createdBy: actorName(actor),
          createdAt: at,
          inheritedFrom: null,
        })
        await writeDown(unit, actor, row, 'create')
        return silenceView(row, clock())
      })
    },

    /** Replaces everything that the body says; `starts_at` left out stays. Throws as `create` does, and CONFLICT for one that ended. */
    async change(actor: Actor, id: number, input: SilenceInput): Promise<Silence> {
      return await units.run(async (unit) => {
        const before = await changeable(unit.tx, actor, id)
        await checkScope(unit.tx, actor, input.scope)
        const row = await updateSilence(unit.tx, id, valuesOf(input, before.startsAt), new Date(clock()))
        if (!row) throw silenceEnded(id)
        await writeDown(unit, actor, row, 'change')
        return silenceView(row, clock())
      })
    },

    /** Ends it now, also one that has not begun. Throws CONFLICT when it has ended. */
    async end(actor: Actor, id: number): Promise<Silence> {
      return await units.run(async (unit) => {
        await changeable(unit.tx, actor, id)
        const at = new Date(clock())
        const row = await updateSilence(unit.tx, id, { endsAt: at }, at)
        if (!row) throw silenceEnded(id)
        await writeDown(unit, actor, row, 'end')
        return silenceView(row, clock())
      })
    },

    /** The complete set that a direct child has to hold: what covers the child, all of its subtree or a part of it. */
    async forChild(agentId: string): Promise<TravellingSilence[]> {
      const child = await findNode(database.db, agentId)
      if (!child || child.deletedAt) return []
      const told: TravellingSilence[] = []
      for (const row of await openSilences(database.db, new Date(clock()))) {
        const top = row.scope === null ? null : await findNode(database.db, row.scope)
        const scope = scopeForChild(row.scope, child, top?.path ?? null)
        if (scope !== undefined) told.push(travellingSilence(row, scope, selfId))
      }
      return told
    },

    /** Takes over the complete set of what the monitors above have made. The same set again changes nothing. */
    async takeFromAbove(told: readonly TravellingSilence[]): Promise<void> {
      await units.run(async (unit) => {
        const changed = await replaceInherited(unit.tx, told, new Date(clock()))
        if (changed) unit.emit('silences_changed', { by: 'system' })
      })
    },
  }
}
export type Silences = ReturnType<typeof createSilences>
