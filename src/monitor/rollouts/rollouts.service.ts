import type { UpgradeRequest } from '../../contract/better-monitor/releases.ts'
import { forbidden } from '../../contract/errors.ts'
import type { Rollout, RolloutList, RolloutStatus } from '../../contract/rollouts.ts'
import type { Database } from '../../db/open.ts'
import { compareVersions, versionPattern } from '../../lib/version-order.ts'
import { appendAudit } from '../audit/audit.store.ts'
import type { Actor, UserActor } from '../auth/actor.ts'
import { scopeOf } from '../auth/permissions.ts'
import type { Units } from '../changes/units.ts'
import { isVisible, visibilityOf } from '../nodes/visibility.ts'
import type { ReleasesService } from '../releases/releases.service.ts'
import { planRings } from './ring-plan.ts'
import { rolloutNotFound, rolloutOver, serversBusy } from './rollouts.errors.ts'
import {
  candidates,
  countTargets,
  endRollout,
  insertRollout,
  listRollouts,
  type RolloutRow,
  rolloutById,
  targetsOf,
} from './rollouts.store.ts'
import { summaryOf, targetView } from './rollout-view.ts'

/** What became of each server of a request. */
export interface Taken {
  rolloutId: number | null
  success: number[]
  failure: Map<number, 'up_to_date' | 'downgrade'>
  offline: number[]
  missing: number[]
}

/** Upgrades of several servers: taken here, written down, and worked off ring by ring (`rollout-runner`). */
export function createRollouts(parts: {
  database: Database
  units: Units
  releases: Pick<ReleasesService, 'find' | 'channel'>
  clock: () => number
}) {
  const { database, units, releases, clock } = parts

  async function visibleRow(actor: Actor, id: number): Promise<RolloutRow> {
    const row = await rolloutById(database.db, id)
    const scope = scopeOf(actor)
    if (!row || (!scope.all && row.userId !== scope.ownerId)) throw rolloutNotFound(id)
    return row
  }

  async function sort(actor: Actor, request: UpgradeRequest) {
    const visibility = visibilityOf(actor)
    const found = await candidates(database.db, request.serverIds)
    const nodes = new Map(found.filter((node) => isVisible(visibility, node)).map((node) => [node.id, node]))
    const failure: Taken['failure'] = new Map()
    const taken = [...nodes.values()].filter(({ id, version }) => {
      const reason = whyNotNeeded(version, request)
      if (reason !== null) failure.set(id, reason)
      return reason === null
    })
    const missing = request.serverIds.filter((id) => !nodes.has(id))
    return { taken, failure, missing }
  }

  return {
    /**
     * Takes an upgrade: what can be upgraded is written down and begins by itself. Throws NOT_FOUND for a version that the
     * feed does not have, CONFLICT when another rollout works on one of the servers, and nothing has changed then.
     */
    async begin(asked: { actor: Actor; requestId: string }, request: UpgradeRequest): Promise<Taken> {
      const actor = person(asked.actor)
      const channel = request.channel ?? releases.channel
      await releases.find(request.targetVersion, channel)
      const { taken, failure, missing } = await sort(actor, request)
      const now = new Date(clock())
      const rolloutId = await units.run(async (unit) => {
        if (taken.length === 0) return null
        const placed = planRings(taken.map((node) => ({ ...node, depth: node.path.length })), request.rings) // prettier-ignore
        const { id, busy } = await insertRollout(
          unit.tx,
          {
            targetVersion: request.targetVersion,
            channel,
            allowDowngrade: request.allow_downgrade,
            maxFailures: request.max_failures,
            pauseMs: Math.round(request.pause_s * 1000),
            offlineUntil: new Date(now.getTime() + request.offline_within_s * 1000),
            userId: actor.userId,
            username: actor.username,
            role: actor.role,
            requestId: asked.requestId,
            createdAt: now,
          },
          placed.map((node) => ({
            nodeId: node.id,
            ring: node.ring,
            state: node.isOnline ? ('waiting' as const) : ('offline' as const),
            fromVersion: node.version,
          })),
        )
        if (busy.length > 0) throw serversBusy(busy)
        await appendAudit(unit.tx, {
          actor,
          action: 'rollout.begin',
          target: String(id),
          details: { ...request, serverIds: placed.map((node) => node.id), channel, request_id: asked.requestId },
        })
        return id
      })
      const idsOf = (isOnline: boolean) => taken.filter((node) => node.isOnline === isOnline).map((node) => node.id)
      return { rolloutId, success: idsOf(true), offline: idsOf(false), failure, missing }
    },

    async list(
      actor: Actor,
      query: { status?: RolloutStatus | undefined; limit: number; offset: number },
    ): Promise<RolloutList> {
      const scope = scopeOf(actor)
      const userId = scope.all ? null : scope.ownerId
      const { rows, total } = await listRollouts(database.db, { ...query, userId })
      const counts = await countTargets(database.db, rows.map((row) => row.id)) // prettier-ignore
      return { rollouts: rows.map((row) => summaryOf(row, counts)), total }
    },

    /** Throws NOT_FOUND. */
    async get(actor: Actor, id: number): Promise<Rollout> {
      const row = await visibleRow(actor, id)
      const [targets, counts] = await Promise.all([targetsOf(database.db, id), countTargets(database.db, [id])])
      return { ...summaryOf(row, counts), targets: targets.map(targetView) }
    },

    /** Begins with no further server. What installs already comes to its own end. Throws NOT_FOUND, CONFLICT. */
    async cancel(asked: { actor: Actor; requestId: string }, id: number): Promise<void> {
      const { status } = await visibleRow(asked.actor, id)
      await units.run(async (unit) => {
        const end = { status: 'cancelled', reason: 'cancelled', at: new Date(clock()) } as const
        if (!(await endRollout(unit.tx, id, end))) throw rolloutOver(id, status)
        const details = { request_id: asked.requestId }
        await appendAudit(unit.tx, { actor: asked.actor, action: 'rollout.cancel', target: String(id), details })
      })
    },
  }
}
export type Rollouts = ReturnType<typeof createRollouts>

function person(actor: Actor): UserActor {
  if (actor.kind === 'user') return actor
  throw forbidden('只有用户可以升级服务器', 'only a person may upgrade servers')
}

function whyNotNeeded(
  version: string | null,
  { targetVersion, allow_downgrade }: UpgradeRequest,
): 'up_to_date' | 'downgrade' | null {
  if (version === null || !versionPattern.test(version)) return null
  const order = compareVersions(targetVersion, version)
  if (order === 0) return 'up_to_date'
  return order < 0 && !allow_downgrade ? 'downgrade' : null
}
