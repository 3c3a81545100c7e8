import { AlertList, type Alert } from '../../src/contract/alerts.ts'
import { NodeDetail, NodeList, type NodeListItem, Topology, type TopologyNode } from '../../src/contract/cluster.ts'
import { expectData } from '../support/http.ts'
import type { TreeNode } from '../support/tree.ts'

/** The nodes that a monitor shows, by agent_id. */
export async function nodesAt(monitor: TreeNode): Promise<Map<string, NodeListItem>> {
  const { nodes } = NodeList.parse(expectData(await monitor.api.get('/cluster/nodes?limit=1000')))
  return new Map(nodes.map((node) => [node.agent_id, node]))
}

export async function statusAt(monitor: TreeNode, agentId: string): Promise<string | undefined> {
  return (await nodesAt(monitor)).get(agentId)?.status
}

export async function detailAt(monitor: TreeNode, agentId: string) {
  return NodeDetail.parse(expectData(await monitor.api.get(`/cluster/nodes/${agentId}`)))
}

export async function topologyAt(monitor: TreeNode, query = '') {
  return Topology.parse(expectData(await monitor.api.get(`/cluster/topology${query}`)))
}

/** The tree as `root(a(b) c)`. */
export function shapeOf({ agent_id, children }: TopologyNode): string {
  return children.length === 0 ? agent_id : `${agent_id}(${children.map(shapeOf).join(' ')})`
}

/** Alerts that a monitor shows, newest first; `query` as `status=new&level=L3`. */
export async function alertsAt(monitor: TreeNode, query = ''): Promise<Alert[]> {
  return AlertList.parse(expectData(await monitor.api.get(`/alerts?limit=1000&${query}`))).alerts
}

/** Alerts about one node of one type. */
export async function alertsAbout(monitor: TreeNode, agentId: string, type: string): Promise<Alert[]> {
  return (await alertsAt(monitor, `agent_id=${agentId}`)).filter((alert) => alert.type === type)
}
