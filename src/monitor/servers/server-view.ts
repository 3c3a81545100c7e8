import type { Server } from '../../contract/better-monitor/servers.ts'
import type { JsonObject } from '../../contract/common.ts'
import type { NodeRow, NodeStateRow } from '../nodes/nodes.store.ts'

/** A node as Better Monitor shows it: facts come from its registration, sizes from its newest report where it has one. */
export function serverView({
  node,
  state,
  lastAlive,
}: {
  node: NodeRow
  state: NodeStateRow
  lastAlive: string | null
}): Server {
  const facts = node.metadata
  const metrics = state.metrics ?? {}
  return {
    id: node.id,
    agent_id: node.agentId,
    name: node.name,
    ip: text(facts, 'ip_address'),
    os: text(facts, 'os'),
    arch: text(facts, 'arch'),
    cpu_cores: count(facts, 'cpu_cores'),
    cpu_model: text(facts, 'cpu_model'),
    memory_total:
      total(metrics['memory']) ?? (count(facts, 'memory_total') || Math.round(number(facts, 'memory_gb') * 1024 ** 3)),
    disk_total: total(metrics['disk']) ?? count(facts, 'disk_total'),
    last_heartbeat: lastAlive === null ? null : new Date(lastAlive).toISOString(),
    online: state.status === 'online',
    status: state.status,
    health_status: state.healthStatus,
    user_id: node.ownerId,
    tags: node.tags,
    description: node.description,
    agent_version: node.version ?? '',
  }
}

function text(facts: JsonObject, key: string): string {
  const value = facts[key]
  return typeof value === 'string' ? value : ''
}

function number(facts: JsonObject, key: string): number {
  const value = facts[key]
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : 0
}

const count = (facts: JsonObject, key: string) => Math.round(number(facts, key))

function total(size: unknown): number | null {
  if (typeof size !== 'object' || size === null || !('total_bytes' in size)) return null
  return typeof size.total_bytes === 'number' ? size.total_bytes : null
}
