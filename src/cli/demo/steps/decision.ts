import type { DecisionHop } from '../../../contract/decision-path.ts'
import { DecisionList, type Decision } from '../../../contract/decisions.ts'
import { printable } from '../../printable.ts'
import { until } from '../wait.ts'
import { stepTimeoutMs, type Step, type World } from '../world.ts'
import { killService, seeItReplaced } from './service-death.ts'

const leaf = 'eu-queue'
const region = 'region-eu'

/** L2: the leaf asks, the region hands on, the root decides, the leaf repairs and verifies, the root reads the result. */
export const decisionStep: Step = {
  title: 'L2: a service that its leaf may not restart is killed',
  async run(world) {
    const { monitor, timeline } = world
    const root = monitor('root')
    const [atRegion, atRoot] = [monitor(region).mark(), root.mark()]
    const dead = killService(world, leaf)
    const ours = ({ type, data }: { type: string; data: Record<string, unknown> }) =>
      type === 'decision_completed' && data['agent_id'] === leaf
    await root.event('the root decides', ours, { since: atRoot, timeoutMs: stepTimeoutMs })
    await monitor(region).event('the region hears it', ours, { since: atRegion, timeoutMs: stepTimeoutMs })
    const decided = await latestDecision(
      world,
      region,
      'the region keeps the decision',
      (decision) => decision.status !== 'pending',
    )
    for (const [index, hop] of decided.path.entries()) {
      timeline.say(hop.agent_id, hopText(hop, index === decided.path.length - 1))
    }
    timeline.say(decided.authority ?? 'nobody', verdictText(decided))
    if (decided.status !== 'approved') throw new Error(`the restart was not approved: ${verdictText(decided)}`)
    await seeItReplaced(world, leaf, dead)
    const executed = await latestDecision(
      world,
      'root',
      'the result is at the root',
      ({ executed_at }) => executed_at !== null,
    )
    timeline.say('root', `executed_at ${executed.executed_at}, result ${executed.execution_result}`)
    if (executed.execution_result !== 'success') throw new Error(`the restart ended with ${executed.execution_result}`)
    return `asked at ${region}, decided by ${decided.authority} (${decided.decided_by}), repaired, result at the root`
  },
}

function latestDecision(
  { monitor, signal }: World,
  at: string,
  what: string,
  fits: (decision: Decision) => boolean,
): Promise<Decision> {
  return until(
    what,
    async () => {
      const { decisions } = await monitor(at).client.get(`/decisions?agent_id=${leaf}&limit=1`, DecisionList)
      return decisions.find(fits)
    },
    { timeoutMs: stepTimeoutMs, signal },
  )
}

/** What one monitor on the way said; the last one is the authority. */
export function hopText({ verdict, reason }: DecisionHop, isLast: boolean): string {
  const said = {
    deny: 'denies it',
    approve: 'approves it',
    judge: isLast ? 'lets it be judged' : 'has nothing against it and asks its parent',
    human: 'wants a person to decide',
    escalate: 'hands it to its parent',
  }[verdict]
  return `policy ${said} (${printable(reason)})`
}

/** The verdict with its reason: the model's own words, or the name of the rule. */
function verdictText({ status, decided_by, reason, path }: Decision): string {
  const why = decided_by === 'llm' ? reason : (path.at(-1)?.reason ?? reason)
  return `${status} by its ${decided_by ?? 'operators, who have not decided'}: ${printable(why)}`
}
