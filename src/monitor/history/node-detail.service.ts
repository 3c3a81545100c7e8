import type { MonitorHistory } from '../../contract/better-monitor/monitor-data.ts'
import { maxSamplesPerAnswer } from '../../contract/link.ts'
import type { NodeHistory, NodeQuery } from '../../contract/cluster.ts'
import type { Database } from '../../db/open.ts'
import type { Logger } from '../../platform/logger.ts'
import { listAlerts } from '../alerts/alerts.store.ts'
import type { Actor } from '../auth/actor.ts'
import { listDecisions } from '../decisions/decisions.store.ts'
import { nodeNotFound } from '../nodes/nodes.errors.ts'
import { flatTree, listNodes, nodeView, nodeWithState } from '../nodes/node-list.store.ts'
import { findNode, nodeById, type NodeRow, selfNode } from '../nodes/nodes.store.ts'
import { buildTopology } from '../nodes/topology.ts'
import { isVisible, visibilityOf } from '../nodes/visibility.ts'
import { nodeHistory } from './history.store.ts'
import { nodeSamples } from './samples.store.ts'

/** Fetches a node's history from the monitor it reports to, over the links along `path`. Rejects when out of reach. */
export type AskOwner = (path: readonly string[], agentId: string) => Promise<NodeHistory>

/** The same for its measurements. */
export type AskSamples = (
  path: readonly string[],
  agentId: string,
  span: { from: Date; to: Date; limit: number },
) => Promise<MonitorHistory>

const listed = 50
const emptyHistory: NodeHistory = {
  recent_reports: [],
  events: [],
  metrics_summary: { avg_cpu: null, avg_memory: null, avg_disk: null, uptime_percentage: null },
  issues: [],
  actions: [],
}

/** What people see of nodes (spec: 集群管理接口 7–9). */
export function createNodeViews(parts: {
  database: Database
  askOwner: AskOwner
  askSamples: AskSamples
  upstreamUrl: () => string | null
  publicUrl: () => string
  /** Before this moment only the hourly summaries of measurements are kept; null when they end with the rest. */
  onlyHoursBefore: () => Promise<Date | null>
  logger: Logger
  clock: () => number
}) {
  const { database, askOwner, askSamples, upstreamUrl, publicUrl, onlyHoursBefore, logger, clock } = parts
  const { db } = database

  async function keptSamples(nodeId: number, span: { from: Date; to: Date; limit: number }): Promise<string> {
    return await nodeSamples(db, nodeId, { ...span, onlyHoursBefore: await onlyHoursBefore() }, clock())
  }

  /** Live history of a node several levels down; without it, why and since when it is stale. */
  async function historyOf(
    node: { id: number; agentId: string; path: string[]; createdAt: Date },
    staleSince: string | null,
  ) {
    const own = await nodeHistory(db, node, clock())
    const owner = node.path.slice(0, -1)
    if (owner.length <= 1) return { ...own, stale: false, stale_since: null, stale_reason: null }
    try {
      const live = await askOwner(owner, node.agentId)
      return { ...live, stale: false, stale_since: null, stale_reason: null }
    } catch (error) {
      logger.info({ err: error, node: node.agentId }, 'the owner of a history is out of reach')
      const reason = error instanceof Error ? error.message : String(error)
      return {
        ...emptyHistory,
        events: own.events,
        stale: true,
        stale_since: staleSince ?? new Date(clock()).toISOString(),
        stale_reason: reason,
      }
    }
  }

  /** Where the node's parent is reached; null for a root, and for a parent that has not said it. */
  async function parentUrl(node: NodeRow): Promise<string | null> {
    if (node.isSelf) return upstreamUrl()
    const parent = node.parentId === null ? null : await nodeById(db, node.parentId)
    if (parent?.isSelf) return publicUrl()
    const url = parent?.metadata['url']
    return typeof url === 'string' ? url : null
  }

  return {
    /** Nodes of every depth that the actor may see. */
    async list(actor: Actor, query: NodeQuery) {
      const { rows, counts } = await listNodes(db, query, visibilityOf(actor))
      return { ...counts, limit: query.limit, offset: query.offset, nodes: rows.map(nodeView) }
    },

    /** The tree below this monitor, or below `root`. Throws NOT_FOUND for a root that is not there. */
    async topology(actor: Actor, query: { depth?: number | undefined; root?: string | undefined }) {
      const flat = await flatTree(db, visibilityOf(actor))
      const rootId =
        query.root === undefined ? (await selfNode(db)).id : flat.find((node) => node.agentId === query.root)?.id
      const built = rootId === undefined ? null : buildTopology(flat, rootId, query.depth)
      if (!built) throw nodeNotFound(query.root ?? '')
      return { root: built.root, total_nodes: built.total, max_depth: built.levels }
    },

    /** Everything about one node. Throws NOT_FOUND, also for one that the actor may not see. */
    async detail(actor: Actor, agentId: string) {
      const found = await nodeWithState(db, agentId)
      if (!found || !isVisible(visibilityOf(actor), found.node)) throw nodeNotFound(agentId)
      const { node } = found
      const view = nodeView(found)
      const filter = { agentId, visibility: visibilityOf(actor), limit: listed, offset: 0 }
      const [history, decisions, alerts] = await Promise.all([
        historyOf(node, view.stale_since),
        listDecisions(db, filter),
        listAlerts(db, filter),
      ])
      return {
        agent: {
          ...view,
          metadata: node.metadata,
          upstream_monitor_url: await parentUrl(node),
          created_at: node.createdAt.toISOString(),
          updated_at: node.updatedAt.toISOString(),
        },
        ...history,
        decisions: decisions.rows.map(({ row }) => ({
          decision_id: row.id,
          issue_type: row.issueType,
          status: row.status,
          reason: row.reason,
          proposed_action: row.proposedAction,
          created_at: row.createdAt.toISOString(),
        })),
        alerts: alerts.rows.map(({ row }) => ({
          alert_id: row.id,
          level: row.level,
          type: row.type,
          status: row.status,
          created_at: row.createdAt.toISOString(),
        })),
      }
    },

    /** Answers an ancestor for a node that reports here. Throws NOT_FOUND. */
    async ownHistory(agentId: string): Promise<NodeHistory> {
      const node = await findNode(db, agentId)
      if (!node || node.deletedAt) throw nodeNotFound(agentId)
      return await nodeHistory(db, node, clock())
    },

    /** Measurements of a node that reports here. Throws NOT_FOUND. */
    async ownSamples(agentId: string, span: { from: Date; to: Date; limit: number }): Promise<MonitorHistory> {
      const node = await findNode(db, agentId)
      if (!node || node.deletedAt) throw nodeNotFound(agentId)
      return JSON.parse(await keptSamples(node.id, span)) as MonitorHistory
    },

    /**
     * Measurements of a node of any depth, from the monitor it reports to, a `MonitorHistory` as JSON text. Of a node that does not
     * report here at most a thousand points. Rejects when its monitor is out of reach.
     */
    async samples(
      node: { agentId: string; path: readonly string[]; id: number },
      span: { from: Date; to: Date; limit: number },
    ): Promise<string> {
      const owner = node.path.slice(0, -1)
      if (owner.length <= 1) return await keptSamples(node.id, span)
      const limit = Math.min(span.limit, maxSamplesPerAnswer)
      return JSON.stringify(await askSamples(owner, node.agentId, { ...span, limit }))
    },

    /** agent_ids from this monitor down to the node; null when it is not in the tree. */
    async pathTo(agentId: string): Promise<string[] | null> {
      const node = await findNode(db, agentId)
      return node && !node.deletedAt ? node.path : null
    },

    /** As `pathTo`, for what the actor may see. Throws NOT_FOUND, also for one that the actor may not see. */
    async pathOf(actor: Actor, agentId: string): Promise<string[]> {
      const node = await findNode(db, agentId)
      if (!node || node.deletedAt || !isVisible(visibilityOf(actor), node)) throw nodeNotFound(agentId)
      return node.path
    },
  }
}
export type NodeViews = ReturnType<typeof createNodeViews>
