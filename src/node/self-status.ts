import type { SelfStatus } from '../contract/self.ts'
import type { Config } from '../platform/config/schema.ts'
import { buildInfo } from '../platform/version.ts'
import type { ProbePart } from './probe-part.ts'
import type { UpstreamPart } from './upstream-part.ts'

/** What `GET /api/v1/self` shows; the parts are asked when it is read. */
export function createSelfStatus(parts: {
  config: Config
  nodeUid: string
  startedAtMs: number
  upstream: UpstreamPart | null
  probe: () => ProbePart | null
}): () => SelfStatus {
  const { config, nodeUid, startedAtMs, upstream } = parts
  return () => {
    const probe = parts.probe()
    const spool = probe?.uplink.state().spool
    return {
      agent_id: config.node.id,
      name: config.node.name,
      node_uid: nodeUid,
      version: buildInfo().version,
      parts: [
        ...(config.probe.enabled ? (['probe'] as const) : []),
        ...(config.monitor.enabled ? (['monitor'] as const) : []),
        ...(upstream ? (['upstream'] as const) : []),
      ],
      started_at: new Date(startedAtMs).toISOString(),
      uptime_seconds: Math.round((Date.now() - startedAtMs) / 1000),
      lineage: [...(upstream?.lineage() ?? [])],
      parent: upstream?.status() ?? null,
      spool: spool
        ? { depth: spool.depth, bytes: spool.bytes, oldest_at: spool.oldest_at, trouble: spool.trouble }
        : null,
      last_inspection: probe?.probe.lastInspection() ?? null,
    }
  }
}
