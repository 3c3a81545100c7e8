import { Topology, type TopologyNode } from '../../../contract/cluster.ts'
import { treeLines } from '../../tree-text.ts'
import { demoTree } from '../layout.ts'
import { until } from '../wait.ts'
import { stepTimeoutMs, type Step } from '../world.ts'

/** Every node of three levels is seen at the root. */
export const topologyStep: Step = {
  title: 'The root sees the whole tree',
  isGround: true,
  async run({ monitor, signal, timeline }) {
    const { client } = monitor('root')
    const topology = await until(
      `all ${demoTree.length} nodes are online at the root`,
      async () => {
        const seen = await client.get('/cluster/topology', Topology)
        return allOnline(seen.root) && seen.total_nodes === demoTree.length && seen
      },
      { timeoutMs: stepTimeoutMs, signal },
    )
    timeline.block(treeLines(topology.root, { nowMs: Date.now() }).join('\n'))
    return `${topology.total_nodes} nodes on ${topology.max_depth} levels`
  },
}

function allOnline(node: TopologyNode): boolean {
  return node.status === 'online' && node.children.every(allOnline)
}
