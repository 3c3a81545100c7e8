import type {
  AlertSetting,
  AlertSettingChange,
  NewAlertSetting,
  RuleStanding,
} from '../../contract/better-monitor/alert-settings.ts'
import type { Database, Executor } from '../../db/open.ts'
import type { Alerts } from '../alerts/alerts.service.ts'
import { appendAudit } from '../audit/audit.store.ts'
import { type Actor, actorName } from '../auth/actor.ts'
import { scopeOf } from '../auth/permissions.ts'
import type { Unit, Units } from '../changes/units.ts'
import { nodeById } from '../nodes/nodes.store.ts'
import { isVisible, visibilityOf } from '../nodes/visibility.ts'
import { forgetStates, openAlertsOfRules, standingOf } from './rule-states.store.ts'
import { checkTerms, type GivenTerms, type Terms } from './rule-terms.ts'
import { ruleView, standingView } from './rule-view.ts'
import { inheritedRule, noSuchServer, onlyOwnServers, ruleNotFound, tooManyRules, wrongTerms } from './rules.errors.ts'
import {
  countRules,
  deleteRules,
  type FoundRule,
  insertRule,
  listRules,
  lockRule,
  ruleById,
  updateRule,
} from './rules.store.ts'

/** So many fit, with those of further monitors, into what one message hands down. */
const maxRules = 500
/** Of the nodes on which a rule finds something wrong, so many are shown. */
const maxStanding = 1000

/**
 * Rules as people keep them (spec: 告警管理接口, alerts/settings). Everybody sees the rules of servers they see and those for every
 * server; role `user` changes only rules of servers it owns. What a parent has handed down is changed there alone.
 */
export function createRules(parts: {
  database: Database
  units: Units
  alerts: Alerts
  selfId: string
  clock: () => number
  newId: () => string
}) {
  const { database, units, alerts, selfId, clock, newId } = parts

  /** agent_id of the server that a rule is to be about. Throws INVALID_REQUEST or FORBIDDEN. */
  async function nodeOfRule(db: Executor, actor: Actor, serverId: number | null): Promise<string | null> {
    if (serverId === null) {
      if (!scopeOf(actor).all) throw onlyOwnServers()
      return null
    }
    const node = await nodeById(db, serverId)
    if (!node || node.deletedAt || !isVisible(visibilityOf(actor), node)) throw noSuchServer(serverId)
    return node.agentId
  }

  /** The rule, when the actor may change it; locked. Throws NOT_FOUND, FORBIDDEN or CONFLICT. */
  async function changeable(unit: Unit, actor: Actor, id: number): Promise<FoundRule> {
    const rule = await lockRule(unit.tx, id)
    if (!rule || !maySee(actor, rule)) throw ruleNotFound(id)
    if (rule.row.agentId === null && !scopeOf(actor).all) throw onlyOwnServers()
    if (rule.row.inherited) throw inheritedRule(rule.row.madeAt)
    return rule
  }

  async function endAlerts(unit: Unit, uid: string, reason: string): Promise<void> {
    await alerts.endThese(unit, await openAlertsOfRules(unit.tx, [uid]), reason)
  }

  async function viewOf(unit: Unit, id: number): Promise<AlertSetting> {
    const rule = await ruleById(unit.tx, id)
    if (!rule) throw ruleNotFound(id)
    return ruleView(rule)
  }

  return {
    /** Rules that the actor may see, oldest first. */
    async list(actor: Actor): Promise<AlertSetting[]> {
      return (await listRules(database.db, visibilityOf(actor))).map(ruleView)
    },

    /** One rule, and where it stands with the nodes that report here. Throws NOT_FOUND, also for one that the actor may not see. */
    async get(actor: Actor, id: number): Promise<{ setting: AlertSetting; standing: RuleStanding[] }> {
      const rule = await ruleById(database.db, id)
      if (!rule || !maySee(actor, rule)) throw ruleNotFound(id)
      const standing = await standingOf(database.db, id, visibilityOf(actor), maxStanding)
      return { setting: ruleView(rule), standing: standing.map(standingView) }
    },

    /** Makes a rule. Throws INVALID_REQUEST naming the field, FORBIDDEN, or CONFLICT at the limit. */
    async create(actor: Actor, given: NewAlertSetting): Promise<AlertSetting> {
      const agentId = await nodeOfRule(database.db, actor, given.server_id)
      const terms = checked({ ...given, threshold: given.threshold, recoveryThreshold: given.recovery_threshold })
      return await units.run(async (unit) => {
        if ((await countRules(unit.tx)) >= maxRules) throw tooManyRules(maxRules)
        const at = new Date(clock())
        const row = await insertRule(unit.tx, {
          ...terms,
          uid: newId(),
          madeAt: selfId,
          inherited: false,
          agentId,
          name: given.name,
          durationS: given.duration,
          severity: given.severity,
          repeatIntervalS: given.repeat_interval_s,
          enabled: given.enabled,
          createdBy: actorName(actor),
          createdAt: at,
          updatedAt: at,
        })
        await appendAudit(unit.tx, {
          actor,
          action: 'rule.create',
          target: agentId,
          details: { ...given, rule: row.uid },
        })
        unit.emit('rules_changed', {})
        return await viewOf(unit, row.id)
      })
    },

    /**
     * Changes what is given. An alert that is open goes on being judged by the new bounds; it ends when the rule is switched off
     * or is about something else from now on. Throws as `create`, and NOT_FOUND.
     */
    async update(actor: Actor, id: number, change: AlertSettingChange): Promise<AlertSetting> {
      return await units.run(async (unit) => {
        const { row } = await changeable(unit, actor, id)
        const agentId =
          change.server_id === undefined ? row.agentId : await nodeOfRule(unit.tx, actor, change.server_id)
        const terms = checked({
          type: change.type ?? row.type,
          threshold:
            change.threshold ?? (change.type === undefined || change.type === row.type ? row.threshold : undefined),
          recoveryThreshold:
            change.recovery_threshold === undefined ? row.recoveryThreshold : change.recovery_threshold,
          target: change.target === undefined ? row.target : change.target,
        })
        const set = {
          ...terms,
          agentId,
          name: change.name ?? row.name,
          durationS: change.duration ?? row.durationS,
          severity: change.severity ?? row.severity,
          repeatIntervalS: change.repeat_interval_s === undefined ? row.repeatIntervalS : change.repeat_interval_s,
          enabled: change.enabled ?? row.enabled,
          updatedAt: new Date(clock()),
        }
        await updateRule(unit.tx, id, set)
        if (!set.enabled || isAboutAnother(row, set)) {
          await forgetStates(unit.tx, [id])
          await endAlerts(unit, row.uid, set.enabled ? 'its rule was changed' : 'its rule was switched off')
        }
        await appendAudit(unit.tx, {
          actor,
          action: 'rule.update',
          target: agentId,
          details: { ...change, rule: row.uid },
        })
        unit.emit('rules_changed', {})
        return await viewOf(unit, id)
      })
    },

    /** Deletes a rule; its open alerts end here, and below as soon as that monitor is reached. Throws as `update`. */
    async remove(actor: Actor, id: number): Promise<void> {
      await units.run(async (unit) => {
        const { row } = await changeable(unit, actor, id)
        await deleteRules(unit.tx, [id])
        await endAlerts(unit, row.uid, 'its rule was deleted')
        const { type, name, uid } = row
        await appendAudit(unit.tx, {
          actor,
          action: 'rule.delete',
          target: row.agentId,
          details: { rule: uid, type, name },
        })
        unit.emit('rules_changed', {})
      })
    },
  }
}
export type Rules = ReturnType<typeof createRules>

function checked(given: GivenTerms): Terms {
  const { type, threshold, recoveryThreshold, target } = given
  const verdict = checkTerms({ type, threshold, recoveryThreshold, target })
  if ('wrong' in verdict) throw wrongTerms(verdict.wrong.field, verdict.wrong.text)
  return verdict.terms
}

function maySee(actor: Actor, { row, ownerId }: FoundRule): boolean {
  const scope = scopeOf(actor)
  return scope.all || row.agentId === null || ownerId === scope.ownerId
}

/** Whether alerts of the one say nothing about the other. */
export function isAboutAnother(
  before: { type: string; target: string | null; agentId: string | null },
  after: { type: string; target: string | null; agentId: string | null },
): boolean {
  return before.type !== after.type || before.target !== after.target || before.agentId !== after.agentId
}
