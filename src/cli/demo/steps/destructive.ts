import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DecisionAnswer, DecisionList } from '../../../contract/decisions.ts'
import { activeParent, parseIdentity } from '../../../tree/uplink/identity.ts'
import { send } from '../../monitor-client.ts'
import { printable } from '../../printable.ts'
import { until } from '../wait.ts'
import { stepTimeoutMs, type Step } from '../world.ts'
import { hopText } from './decision.ts'

const leaf = 'as-cache'
const region = 'region-as'
const fix = 'rm -rf /var/log/*'

/** A destructive fix, asked for with the leaf's own key: denied at the first hop, whatever anyone above would say. */
export const destructiveStep: Step = {
  title: 'A leaf asks for a destructive fix',
  async run({ monitor, node, place, signal, timeline }) {
    const identity = parseIdentity(readFileSync(join(place(leaf).folder, 'data', 'identity.json'), 'utf8'))
    const apiKey = activeParent(identity)?.api_key
    if (apiKey === undefined) throw new Error(`${leaf} has no key`)
    timeline.say(leaf, `asks ${region}: may I run "${fix}"?`)
    const issue = {
      type: 'disk_full',
      description: 'the log folder has filled the disk',
      severity: 'high',
      proposed_fix: fix,
    }
    const base = `${node(region).url}/api/v1`
    const body = { agent_id: leaf, issue }
    const answer = await send(base, { method: 'POST', path: '/decisions/request', body, apiKey }, DecisionAnswer)
    for (const hop of answer.path) timeline.say(hop.agent_id, hopText(hop, true))
    const [hop, ...further] = answer.path
    if (answer.status !== 'rejected' || hop?.verdict !== 'deny') throw new Error(`it was ${answer.status}, not denied`)
    if (further.length > 0 || hop.agent_id !== region)
      throw new Error(`it was not denied at the first hop but at ${answer.authority}`)
    await until(
      'the root hears of the denial',
      async () => {
        const list = await monitor('root').client.get(`/decisions?agent_id=${leaf}&status=rejected`, DecisionList)
        return list.decisions.some(({ request_id }) => request_id === answer.request_id)
      },
      { timeoutMs: stepTimeoutMs, signal },
    )
    return `denied at ${region} (${printable(hop.reason)}), never asked above`
  },
}
