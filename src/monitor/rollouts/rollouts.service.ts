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
import { rolloutNotFound, rolloutOver, serversBusy, serversOfOthers } from './rollouts.errors.ts'
import {
  candidates,
  countTargets,
  endRollout,
  insertRollout,
  listRollouts,
  type RolloutRow,
  rolloutById,
  type TargetRow,
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

  /** Whose servers the actor sees in a rollout; null: everybody's. */
  function ownerOf(actor: Actor): number | null {
    const scope = scopeOf(actor)
    return scope.all ? null : scope.ownerId
  }

  /** A rollout and its servers that the actor sees. Throws NOT_FOUND when there is none of them. */
  async function visible(actor: Actor, id: number): Promise<{ row: RolloutRow; seen: TargetRow[]; hidden: number }> {
    const row = await rolloutById(database.db, id)
    const targets = row ? await targetsOf(database.db, id) : []
    const ownerId = ownerOf(actor)
    const seen = targets.filter((target) => ownerId === null || target.ownerId === ownerId)
    if (!row || (ownerId !== null && seen.length === 0)) throw rolloutNotFound(id)
    return { row, seen, hidden: targets.length - seen.length }
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
      query: { status?: RolloutStatus | undefined; under?: string | undefined; limit: number; offset: number },
    ): Promise<RolloutList> {
      const ownerId = ownerOf(actor)
      const { rows, total } = await listRollouts(database.db, { ...query, ownerId })
      const ids = rows.map((row) => row.id)
      const counts = await countTargets(database.db, ids, ownerId)
      return { rollouts: rows.map((row) => summaryOf(row, counts)), total }
    },

    /** Throws NOT_FOUND. */
    async get(actor: Actor, id: number): Promise<Rollout> {
      const { row, seen } = await visible(actor, id)
      const counts = await countTargets(database.db, [id], ownerOf(actor))
      return { ...summaryOf(row, counts), targets: seen.map(targetView) }
    },

    /** Begins with no further server. What installs already comes to its own end. Throws NOT_FOUND, FORBIDDEN when servers of others are in it, CONFLICT. */
    async cancel(asked: { actor: Actor; requestId: string }, id: number): Promise<void> {
      const { row, hidden } = await visible(asked.actor, id)
      if (hidden > 0) throw serversOfOthers()
      await units.run(async (unit) => {
        const end = { status: 'cancelled', reason: 'cancelled', at: new Date(clock()) } as const
        if (!(await endRollout(unit.tx, id, end))) throw rolloutOver(id, row.status)
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
