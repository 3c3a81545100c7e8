import type { Escalate } from '../monitor/decisions/deliberation.ts'
import type { ParentClient } from '../tree/uplink/parent-client.ts'
import { ParentError } from '../tree/uplink/parent-error.ts'

/**
 * Asks the parent for a decision. A parent that has not heard of the node yet (it has just joined) first gets the state
 * of the region, and is asked once more.
 */
export function createEscalation(parts: {
  client: Pick<ParentClient, 'requestDecision'>
  flush: () => Promise<void>
}): Escalate {
  const { client, flush } = parts
  return async (request, options) => {
    try {
      return await client.requestDecision(request, options)
    } catch (error) {
      if (!(error instanceof ParentError) || (error.status !== 403 && error.status !== 404)) throw error
      await flush()
      return await client.requestDecision(request, options)
    }
  }
}
