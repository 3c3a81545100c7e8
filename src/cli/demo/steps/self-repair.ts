import { IntentList } from '../../../contract/intents.ts'
import { until } from '../wait.ts'
import { stepTimeoutMs, type Step } from '../world.ts'
import { killAndSeeItReplaced } from './service-death.ts'

const leaf = 'eu-web'
const region = 'region-eu'

/** L1: the leaf repairs by itself what it may, and its region reads what was done. */
export const selfRepairStep: Step = {
  title: 'L1: a service that its leaf may restart is killed',
  async run(world) {
    const { timeline, signal, monitor } = world
    const begun = new Date(Date.now() - 1_000).toISOString()
    await killAndSeeItReplaced(world, leaf)
    const intent = await until(
      `${region} knows what ${leaf} did`,
      async () => {
        const query = `/intents?agent_id=${leaf}&type=milestone&since=${encodeURIComponent(begun)}`
        const { intents } = await monitor(region).client.get(query, IntentList)
        return intents.find(({ data }) => data.startsWith('L1 action'))
      },
      { timeoutMs: stepTimeoutMs, signal },
    )
    timeline.say(region, firstLine(intent.data))
    return 'repaired by the leaf itself, nobody was asked'
  },
}

/** The part of an intent before its details. */
export function firstLine(data: string): string {
  return data.split(/ \(|\n/, 1)[0] ?? data
}
