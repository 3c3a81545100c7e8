import { AckResult, AlertList, type Alert } from '../../../contract/alerts.ts'
import { until } from '../wait.ts'
import { stepTimeoutMs, type Step, type World } from '../world.ts'
import { killService, seeItReplaced } from './service-death.ts'

const leaf = 'as-ledger'
const region = 'region-as'

/** L3: nobody may repair it, a person is called; the acknowledgement at the root reaches the region. */
export const alertStep: Step = {
  title: 'L3: a service that cannot be started any more is killed',
  async run(world) {
    const { monitor, service, timeline } = world
    const [root, owner] = [monitor('root'), monitor(region)]
    const [atRoot, atRegion] = [root.mark(), owner.mark()]
    service(leaf).setData(false)
    const dead = killService(world, leaf)
    timeline.say('you', 'its data file is gone, so it cannot be started again')
    const ours = ({ type, data }: { type: string; data: Record<string, unknown> }) =>
      type === 'new_alert' && data['agent_id'] === leaf
    const seenBelow = await owner.event('the region alerts', ours, { since: atRegion, timeoutMs: stepTimeoutMs })
    const seenAbove = await root.event('the root alerts', ours, { since: atRoot, timeoutMs: stepTimeoutMs })
    const betweenMs = Math.max(0, Math.round(seenAbove.atMs - seenBelow.atMs))
    timeline.say('root', `has the alert ${betweenMs} ms after its region`)

    const alert = await alertOf(world, 'root', 'the alert is open at the root', ({ status }) => status === 'new')
    const acked = await root.client.post(`/alerts/${alert.alert_id}/ack`, { notes: 'restoring the data' }, AckResult)
    timeline.say('you', `acknowledge it at the root as ${acked.acknowledged_by}`)
    const below = await alertOf(world, region, 'the region knows of it', ({ status }) => status === 'acknowledged')
    timeline.say(region, `knows: acknowledged by ${below.acknowledged_by}`)

    service(leaf).setData(true)
    await service(leaf).start()
    timeline.say('you', 'put the data file back and start the service')
    await seeItReplaced(world, leaf, dead)
    await alertOf(world, 'root', 'the alert ends by itself', ({ status }) => status === 'resolved')
    return `at the root ${betweenMs} ms after the region, acknowledged there, known below, over when repaired`
  },
}

function alertOf(
  { monitor, signal }: World,
  at: string,
  what: string,
  fits: (alert: Alert) => boolean,
): Promise<Alert> {
  return until(
    what,
    async () => {
      const { alerts } = await monitor(at).client.get(`/alerts?agent_id=${leaf}&level=L3`, AlertList)
      return alerts.find((alert) => alert.origin === 'issue' && fits(alert))
    },
    { timeoutMs: stepTimeoutMs, signal },
  )
}
