import { type ClientMessage, EventTypes, type EventType } from '../../contract/events.ts'

/** What a client wants of what it may see; a part that is absent narrows nothing. */
export interface Filter {
  topics?: ReadonlySet<EventType>
  agentIds?: ReadonlySet<string>
}

type Subscription = Extract<ClientMessage, { type: 'subscribe' }>

/** The filter that a subscription asks for. It replaces the one before, so an empty subscription takes everything again. */
export function filterOf({ topics, agent_ids }: Subscription): Filter {
  return { ...(topics && { topics: new Set(topics) }), ...(agent_ids && { agentIds: new Set(agent_ids) }) }
}

export function wants(filter: Filter, type: EventType, agentId: string): boolean {
  return (filter.topics?.has(type) ?? true) && (filter.agentIds?.has(agentId) ?? true)
}

/** The filter as it is confirmed to the client; `agent_ids` is null where every node is meant. */
export function filterView({ topics, agentIds }: Filter): { topics: EventType[]; agent_ids: string[] | null } {
  return { topics: topics ? [...topics] : [...EventTypes], agent_ids: agentIds ? [...agentIds] : null }
}
