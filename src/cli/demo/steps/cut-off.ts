import { AlertList } from '../../../contract/alerts.ts'
import { NodeList } from '../../../contract/cluster.ts'
import { IntentList } from '../../../contract/intents.ts'
import { SelfStatus } from '../../../contract/self.ts'
import { send } from '../../monitor-client.ts'
import { childrenOf } from '../layout.ts'
import { until } from '../wait.ts'
import { stepTimeoutMs, type Step, type World } from '../world.ts'
import { killAndSeeItReplaced } from './service-death.ts'
import { firstLine } from './self-repair.ts'

const region = 'region-eu'
const leaves = childrenOf(region)
const busyLeaf = 'eu-web'

/** A region dies and comes back: one alert for all below it, and nothing that its leaves did meanwhile is lost. */
export const cutOffStep: Step = {
  title: 'A region is killed and comes back',
  async run(world) {
    const { node, timeline } = world
    const cutAt = new Date().toISOString()
    await node(region).kill()
    timeline.say('you', `kill -9 of ${region}: nobody answers its leaves any more`)
    await killAndSeeItReplaced(world, busyLeaf)
    await statusesAtRoot(world, `${region} is offline, its leaves unreachable`, 'offline', 'unreachable')
    const alerts = await openTreeAlerts(world)
    if (alerts.length !== 1 || alerts[0]?.type !== 'region_unreachable') {
      throw new Error(
        `one alert for the region was expected, not ${alerts.map(({ type }) => type).join(', ') || 'none'}`,
      )
    }
    timeline.say(
      'root',
      `one alert: ${alerts[0].type} (${region}); ${leaves.join(' and ')} are unreachable, not offline`,
    )
    const waiting = await until('reports wait on the leaf', () => spoolDepth(world), {
      timeoutMs: stepTimeoutMs,
      signal: world.signal,
    })
    timeline.say(busyLeaf, `keeps ${waiting} reports for later, on disk`)

    timeline.say('you', `start ${region} again`)
    await node(region).start()
    await statusesAtRoot(world, 'everything is online again', 'online', 'online')
    await until('the alert is over', async () => (await openTreeAlerts(world)).length === 0, {
      timeoutMs: stepTimeoutMs,
      signal: world.signal,
    })
    timeline.say('root', 'everything is online again, the alert is over')
    await until('no report waits any more', async () => (await spoolDepth(world)) <= 1, {
      timeoutMs: stepTimeoutMs,
      signal: world.signal,
    })
    timeline.say(region, `knows what happened meanwhile: ${await actionDuringCut(world, cutAt)}`)
    return `one alert, ${leaves.length} nodes unreachable, recovered; ${waiting} reports kept and delivered`
  },
}

async function statusesAtRoot(world: World, what: string, ofRegion: string, ofLeaves: string): Promise<void> {
  await until(
    what,
    async () => {
      const { nodes } = await world.monitor('root').client.get('/cluster/nodes', NodeList)
      const statusOf = (id: string) => nodes.find(({ agent_id }) => agent_id === id)?.status
      return statusOf(region) === ofRegion && leaves.every((id) => statusOf(id) === ofLeaves)
    },
    { timeoutMs: stepTimeoutMs, signal: world.signal },
  )
}

async function openTreeAlerts({ monitor }: World) {
  const { alerts } = await monitor('root').client.get('/alerts', AlertList)
  return alerts.filter(({ origin, status }) => origin === 'tree' && status !== 'resolved')
}

async function spoolDepth({ node }: World): Promise<number> {
  const self = await send(`${node(busyLeaf).url}/api/v1`, { method: 'GET', path: '/self' }, SelfStatus)
  return self.spool?.depth ?? 0
}

function actionDuringCut({ monitor, signal }: World, cutAt: string): Promise<string> {
  return until(
    'the region learns what its leaf did meanwhile',
    async () => {
      const query = `/intents?agent_id=${busyLeaf}&type=milestone&since=${encodeURIComponent(cutAt)}`
      const { intents } = await monitor(region).client.get(query, IntentList)
      const action = intents.find(({ data }) => data.startsWith('L1 action'))
      return action && firstLine(action.data)
    },
    { timeoutMs: stepTimeoutMs, signal },
  )
}
