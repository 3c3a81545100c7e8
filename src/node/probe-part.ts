import { randomUUID } from 'node:crypto'
import type { AuditHead } from '../contract/audit.ts'
import type { Config } from '../platform/config/schema.ts'
import type { DataDir } from '../platform/data-dir.ts'
import type { Lifecycle } from '../platform/lifecycle.ts'
import type { Logger } from '../platform/logger.ts'
import { buildInfo } from '../platform/version.ts'
import { createProbe, type Probe } from '../probe/probe.ts'
import type { Gate } from '../tree/uplink/gate.ts'
import type { ParentClient } from '../tree/uplink/parent-client.ts'
import { openSpool } from '../tree/uplink/spool.ts'
import { createUplink, type Uplink } from '../tree/uplink/uplink.ts'

export interface ProbePart {
  probe: Probe
  uplink: Uplink
  /** Begins to inspect; what it finds is sent as soon as `known` says that the monitor knows this node. */
  start(known: Promise<boolean>): void
}

/**
 * The hands of a node and their way to a monitor: the parent on a leaf, the node's own monitor elsewhere, through the same
 * API. What the probe says is on disk before it is sent.
 */
export function buildProbe(parts: {
  config: Config
  dataDir: DataDir
  client: ParentClient
  gate?: Gate
  /** Whether the monitor is told of a clean stop; a monitor's own probe stops with it. */
  saysGoodbye: boolean
  /** Where the host's own log ends: its monitor keeps that. */
  hostHead: () => AuditHead
  lifecycle: Lifecycle
  logger: Logger
}): ProbePart {
  const { config, dataDir, client, gate, saysGoodbye, hostHead, lifecycle, logger } = parts
  const clock = Date.now
  const random = Math.random
  const spool = openSpool({ path: dataDir.file('spool.sqlite'), clock, logger })
  lifecycle.onStop('spool', () => spool.close())
  const uplink = createUplink({
    agentId: config.node.id,
    spool,
    client,
    ...(gate ? { gate } : {}),
    status: () => probe.lastInspection()?.status ?? 'healthy',
    reportIntervalMs: config.probe.report_interval_s * 1000,
    heartbeatIntervalMs: config.probe.heartbeat_interval_s * 1000,
    newUid: randomUUID,
    clock,
    random,
    logger,
  })
  const probe = createProbe({
    config: config.probe,
    agentId: config.node.id,
    version: buildInfo().version,
    journalFile: dataDir.file('journal.sqlite'),
    deliver: {
      report(report) {
        const metadata = { ...report.metadata, audit_heads: { host: hostHead() } }
        void uplink.report({ ...report, metadata })
      },
      result: (result) => uplink.result(result),
      requestDecision: (request, options) => uplink.requestDecision(request, options),
    },
    logger,
    clock,
    random,
    ids: randomUUID,
  })
  return {
    probe,
    uplink,
    start(known) {
      void known.then((isKnown) => {
        if (isKnown && !lifecycle.stopping.aborted) uplink.start()
      })
      lifecycle.onStop('uplink', () => uplink.stop({ goodbye: saysGoodbye }))
      probe.start()
      lifecycle.onStop('probe', () => probe.stop())
    },
  }
}
