import { JobReceipt } from '../../contract/operations/jobs.ts'
import type { OperationOrigin } from '../../contract/operations/origin.ts'
import { isActing } from '../../contract/operations/reading-methods.ts'
import type { Database } from '../../db/open.ts'
import type { Bus } from '../../platform/bus.ts'
import { LinkError } from '../../tree/link/fault.ts'
import type { CallOptions, OpenOptions } from '../../tree/link/link.ts'
import type { Stream } from '../../tree/link/stream.ts'
import { appendAudit } from '../audit/audit.store.ts'
import { type Actor, actorName } from '../auth/actor.ts'
import { type Permission, can } from '../auth/permissions.ts'
import type { MonitorEvents } from '../changes/events.ts'
import type { Units } from '../changes/units.ts'
import { type NodeRow, nodeById } from '../nodes/nodes.store.ts'
import { isVisible, visibilityOf } from '../nodes/visibility.ts'
import { forbidden } from '../../contract/errors.ts'
import { serverNotFound, serverOffline } from './operations.errors.ts'
import { watchStream } from './watched-stream.ts'

/** How the host at the end of `path` (agent_ids from this monitor down to it) is reached; this monitor's own host too. */
export interface HostReach {
  call(path: readonly string[], method: string, params: unknown, options: Omit<CallOptions, 'to'>): Promise<unknown>
  open(path: readonly string[], method: string, params: unknown, options: Omit<OpenOptions, 'to'>): Promise<Stream>
}

/** One operation on one server. */
export interface Operation {
  /** Name of the link method. */
  method: string
  params: unknown
  /** `read` only looks and is not logged here; `operate` acts. */
  permission: Extract<Permission, 'read' | 'operate'>
  /** What it works on (a path, a pid, a container), for the log. */
  target: string | null
  /** What else the log should say; no secret and no content. */
  details?: Record<string, unknown>
  /** The answer is the receipt of a job. */
  startsJob?: boolean
}

/** What travels in the head of the call, which monitors on the way can read: who asks, and what it is about. */
type OperationMeta = { origin: OperationOrigin; on: string | null }
const maxTargetChars = 1_000

export interface Asked {
  actor: Actor
  requestId: string
  signal?: AbortSignal | undefined
}

/** Operations on servers of any depth: authorised, logged, carried down the tree. The node has the last word. */
export function createOperations(parts: {
  database: Database
  units: Units
  bus: Pick<Bus<MonitorEvents>, 'emit'>
  reach: HostReach
  selfId: string
}) {
  const { database, units, bus, reach, selfId } = parts

  /** The server, when the actor sees it and may do that. Throws NOT_FOUND or FORBIDDEN. */
  async function admit(asked: Asked, serverId: number, permission: Operation['permission']): Promise<NodeRow> {
    const node = await nodeById(database.db, serverId)
    if (!node || node.deletedAt || !isVisible(visibilityOf(asked.actor), node)) throw serverNotFound(serverId)
    if (!can(asked.actor, permission)) throw forbidden('没有权限执行此操作', 'You are not allowed to do this')
    return node
  }

  /** Written before it happens: an operation that cannot be logged does not happen. */
  async function log(
    asked: Asked,
    node: NodeRow,
    operation: Operation,
    outcome: 'asked' | 'failed',
    extra: Record<string, unknown> = {},
  ): Promise<void> {
    if (!isActing(operation.method)) return
    const details = { ...operation.details, ...extra, on: operation.target, request_id: asked.requestId }
    const action = outcome === 'asked' ? operation.method : `${operation.method}.failed`
    await units.run((unit) => appendAudit(unit.tx, { actor: asked.actor, action, target: node.agentId, details }))
  }

  async function carry<T>(
    asked: Asked,
    serverId: number,
    operation: Operation,
    work: (node: NodeRow, meta: OperationMeta) => Promise<T>,
  ): Promise<T> {
    const node = await admit(asked, serverId, operation.permission)
    await log(asked, node, operation, 'asked')
    const origin = { actor: actorName(asked.actor), at: selfId, request_id: asked.requestId }
    try {
      return await work(node, { origin, on: operation.target?.slice(0, maxTargetChars) ?? null })
    } catch (error) {
      throw await failed(asked, node, operation, error)
    }
  }

  /** Logs that it failed and why; gives the error for who asked. */
  async function failed(asked: Asked, node: NodeRow, operation: Operation, error: unknown): Promise<unknown> {
    const reason = error instanceof Error ? error.message.slice(0, 1000) : String(error)
    await log(asked, node, operation, 'failed', { reason })
    return isOutOfReach(error) ? serverOffline(node.name, error.hop) : error
  }

  return {
    /** The server of that number, when the actor sees it. Throws NOT_FOUND or FORBIDDEN. */
    admit,

    /** Asks the host and returns its answer. Throws SERVER_OFFLINE, TIMEOUT, or what the host itself refuses. */
    call: (asked: Asked, serverId: number, operation: Operation & { deadlineMs: number }): Promise<unknown> =>
      carry(asked, serverId, operation, async (node, meta) => {
        const options = { deadlineMs: operation.deadlineMs, signal: asked.signal, meta }
        const answer = await reach.call(node.path, operation.method, operation.params, options)
        const job = operation.startsJob ? JobReceipt.safeParse(answer).data : undefined
        if (job) bus.emit('job_started', { agent_id: node.agentId, job_id: job.job_id })
        return answer
      }),

    /** Opens a stream to the host. Throws as `call`, and so do its reads and writes: what breaks it is logged too. */
    open: (asked: Asked, serverId: number, operation: Operation): Promise<Stream> =>
      carry(asked, serverId, operation, async (node, meta) => {
        const options = { signal: asked.signal, meta }
        const stream = await reach.open(node.path, operation.method, operation.params, options)
        return watchStream(stream, (error) => failed(asked, node, operation, error))
      }),
  }
}
export type Operations = ReturnType<typeof createOperations>

/** Whether the way to the host is broken, which names the hop. */
export function isOutOfReach(error: unknown): error is LinkError {
  return error instanceof LinkError && (error.reason === 'LINK_LOST' || error.reason === 'NO_ROUTE')
}
