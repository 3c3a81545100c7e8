import { randomBytes, randomUUID } from 'node:crypto'
import type { AuditHead } from '../contract/audit.ts'
import { buildAudit } from './audit-part.ts'
import { buildAuth } from './auth-part.ts'
import type { Config } from '../platform/config/schema.ts'
import { hostFacts } from './host-facts.ts'
import { databaseAnswers } from '../db/answers.ts'
import type { Database } from '../db/open.ts'
import { createAlerts } from '../monitor/alerts/alerts.service.ts'
import { createAlertHandling } from '../monitor/alerts/handling.service.ts'
import type { MonitorEvents } from '../monitor/changes/events.ts'
import { createUnits } from '../monitor/changes/units.ts'
import { createCommands } from '../monitor/commands/commands.service.ts'
import { createDecisions } from '../monitor/decisions/decisions.service.ts'
import { countJudgedSince } from '../monitor/decisions/decisions.store.ts'
import type { Escalate } from '../monitor/decisions/deliberation.ts'
import { followAncestors } from '../monitor/decisions/from-above.ts'
import { createHumanGate } from '../monitor/decisions/human-gate.service.ts'
import { createTurns } from '../monitor/decisions/turns.ts'
import { loadModelClient } from '../monitor/decisions/judge/ask-model.ts'
import { createJudge } from '../monitor/decisions/judge/judge.ts'
import { type AskOwner, type AskSamples, createNodeViews } from '../monitor/history/node-detail.service.ts'
import { createSummaries } from '../monitor/history/summaries.service.ts'
import { createIntents } from '../monitor/intents/intents.service.ts'
import { createLiveness } from '../monitor/liveness/liveness.service.ts'
import { createPresence } from '../monitor/liveness/presence.ts'
import { createOperations, type HostReach } from '../monitor/operations/operations.service.ts'
import { createServers } from '../monitor/servers/servers.service.ts'
import { createSettings } from '../monitor/settings/settings.service.ts'
import { ensureSelf } from '../monitor/membership/self.ts'
import { createRegistration, type NameCheck } from '../monitor/membership/registration.service.ts'
import { createRemoval } from '../monitor/membership/removal.service.ts'
import { buildRules } from './rules-part.ts'
import type { ReadLive } from '../monitor/realtime/live-feeds.ts'
import { createReports } from '../monitor/reports/reports.service.ts'
import { createRetention } from '../monitor/retention/retention.service.ts'
import { createRollupIntake } from '../monitor/rollup/intake.service.ts'
import { createOutgoingRollup } from '../monitor/rollup/outgoing.service.ts'
import { createBus } from '../platform/bus.ts'
import type { DataDir } from '../platform/data-dir.ts'
import type { Lifecycle } from '../platform/lifecycle.ts'
import type { Logger } from '../platform/logger.ts'
import { buildInfo } from '../platform/version.ts'
import { buildRollouts } from './rollouts-part.ts'
import { buildSharing } from './sharing-part.ts'
import { buildSockets } from './sockets-part.ts'
import { buildTelling } from './telling-part.ts'

/** How a monitor reaches the rest of the tree; a root reaches nobody above. */
export interface TreeReach {
  /** agent_ids from the parent up to the root. */
  lineage: () => readonly string[]
  /** Null when decisions end here. */
  escalate: () => Escalate | null
  checkName: NameCheck
  askOwner: AskOwner
  askSamples: AskSamples
  /** Any host of the tree, this one too. */
  host: HostReach
  /** Measurements of nodes that report to a monitor below. */
  readLive: ReadLive
  upstreamUrl: () => string | null
}

export interface MonitorPartOptions {
  config: Config
  /** Migrated. */
  database: Database
  dataDir: DataDir
  nodeUid: string
  /** Of this start of this process, when it is one of several of its monitor; else null. */
  replicaId: string | null
  registrationToken: string
  publicUrl: () => string
  reach: TreeReach
  hostHead: () => AuditHead
  lifecycle: Lifecycle
  logger: Logger
  startedAtMs: number
}

const healthTimeoutMs = 2_000
const restartGraceMs = 120_000

/** Builds the monitor of a node: every service over one database and one bus. */
export async function buildMonitor(options: MonitorPartOptions) {
  const { config, database, dataDir, nodeUid, replicaId, reach, hostHead, lifecycle, logger, startedAtMs } = options
  const clock = Date.now
  const newId = randomUUID
  const selfId = config.node.id
  const offlineAfterMs = config.monitor.offline_after_s * 1000
  const lifeMs = config.decisions.life_s * 1000
  const approvalValidMs = config.decisions.approval_valid_s * 1000

  const bus = createBus<MonitorEvents>({ logger })
  const sharing = replicaId === null ? null : await buildSharing({ database, bus, replicaId, clock, lifecycle, logger })
  const outlet = sharing?.outlet ?? bus
  const units = createUnits({ database, bus: outlet, keep: sharing?.keep })
  const settings = createSettings({
    database,
    units,
    bus,
    clock,
    retentionDays: config.monitor.retention_days,
    intervalS: config.probe.report_interval_s,
  })
  const retentionDays = async () => (await settings.read()).data_retention_days
  const { hourly_summary_days: hourlySummaryDays } = config.monitor
  const retention = createRetention({ database, clock, retentionDays, hourlySummaryDays, logger })
  await retention.prepare()

  const secretKey = await dataDir.secretKey(config.security.secret_key)
  const auth = await buildAuth({ database, units, bus, secretKey, clock })
  const { users, keys } = auth

  const commands = createCommands({ database, units, selfId, clock, newId })
  const intents = createIntents({ database, units, clock })
  const telling = await buildTelling({ config, database, units, secretKey, settings, lifecycle, clock, logger })
  const alerts = createAlerts({ units, database, clock, newId })
  const alertHandling = createAlertHandling({ database, units, commands, silences: telling.silences, clock })
  if (config.llm.model !== undefined) await loadModelClient()
  const judge = createJudge({
    config: config.llm,
    clock,
    logger,
    usedInLastHour: () => countJudgedSince(database.db, new Date(clock() - 3_600_000)),
  })
  lifecycle.onStop('judge', () => judge.close())
  const decisions = createDecisions({
    database,
    units,
    logger,
    policy: config.decisions.policy,
    judge,
    selfId,
    escalate: reach.escalate,
    approvalValidMs,
    budgetMs: config.decisions.budget_ms,
    lifeMs,
    turns: replicaId === null ? undefined : createTurns({ database, bus, replicaId, clock }),
    clock,
    newId,
  })
  lifecycle.onStop('decisions', () => decisions.stop())
  const isAuthority = () => reach.escalate() === null
  const humanGate = createHumanGate({
    database,
    units,
    commands,
    policy: config.decisions.policy,
    selfId,
    isAuthority,
    approvalValidMs,
    clock,
  })
  followAncestors({ commands, policy: config.decisions.policy, selfId, isAuthority, clock })

  const removal = createRemoval({ units, keys, alerts, commands, clock })
  const registration = createRegistration({
    database,
    units,
    keys,
    alerts,
    registrationToken: options.registrationToken,
    lineage: reach.lineage,
    checkName: reach.checkName,
    publicUrl: options.publicUrl,
    clock,
  })
  const presence = createPresence({ clock, maxGapMs: offlineAfterMs / 2 })
  const liveness = createLiveness({
    database,
    units,
    alerts,
    presence,
    logger,
    clock,
    offlineAfterMs,
    restartGraceMs: Math.max(restartGraceMs, offlineAfterMs),
  })
  const rollupIntake = createRollupIntake({ alerts, commands, lineage: reach.lineage, logger, removal, clock, newId })
  const rules = buildRules({ config, database, units, bus, alerts, reach, lifecycle, logger, clock, newId })
  const auditing = buildAudit({ database, units, bus, alerts, host: reach.host, selfId, clock, logger })
  const reports = createReports({
    database,
    units,
    bus: outlet,
    alerts,
    liveness,
    auditHeads: auditing.headClaims,
    decisions,
    rollup: rollupIntake,
    selfId,
    clock,
    newId,
    budgetMs: config.decisions.budget_ms,
    lifeMs,
    evaluation: rules.evaluation,
    offlineAfterMs,
  })
  lifecycle.onStop('reports', () => reports.stop())
  const views = createNodeViews({
    database,
    askOwner: reach.askOwner,
    askSamples: reach.askSamples,
    upstreamUrl: reach.upstreamUrl,
    publicUrl: options.publicUrl,
    onlyHoursBefore: () => retention.onlyHoursBefore(),
    logger,
    clock,
  })
  const summaries = createSummaries({ database, clock, stopping: lifecycle.stopping, logger })
  const outgoing = createOutgoingRollup({ database, clock, startedAtMs, version: buildInfo().version, newId, hostHead })

  const operations = createOperations({ database, units, bus: outlet, reach: reach.host, selfId })
  const sockets = buildSockets({
    bus,
    database,
    views,
    operations,
    readLive: reach.readLive,
    exchange: sharing?.exchange ?? null,
    clock,
    newId,
    lifecycle,
    logger,
  })
  const servers = createServers({
    database,
    units,
    keys,
    removal,
    maxServers: async () => (await settings.read()).max_servers,
    clock,
    newSuffix: () => randomBytes(3).toString('hex'),
  })

  const self = await ensureSelf(
    units,
    { agentId: selfId, name: config.node.name, nodeUid, version: buildInfo().version, metadata: hostFacts() },
    new Date(clock()),
  )
  const admin = await users.ensureAdmin(config.monitor.admin_password)

  return {
    replicaId,
    sharing,
    database,
    bus,
    units,
    ...auth,
    commands,
    intents,
    alertHandling,
    decisions,
    humanGate,
    judge,
    removal,
    registration,
    liveness,
    reports,
    rules,
    views,
    outgoing,
    settings,
    ...telling,
    operations,
    ...auditing,
    ...sockets,
    ...buildRollouts({ config, database, units, operations, clock, lifecycle, logger }),
    publicUrl: options.publicUrl,
    servers,
    retention,
    summaries,
    self,
    healthy: () => databaseAnswers(database, healthTimeoutMs),
    /** Of the first start, when nobody chose one: to be printed once. */
    firstPassword: admin.password ?? null,
  }
}
export type Monitor = Awaited<ReturnType<typeof buildMonitor>>
