import type { LinkMethod, LinkParams } from '../contract/link.ts'
import type { Logger } from '../platform/logger.ts'
import { ask } from '../tree/link/ask.ts'
import type { ConnectedChild, LinkServer } from '../tree/link/link-server.ts'

const deadlineMs = 10_000

/** Keeps the connected children told of a complete set; what a child holds already is not told again. */
export interface Teller {
  /** Tells each child what has changed for it; a child that does not take it is asked again the next time. */
  tell(): Promise<void>
}

/** `setFor` gives what a child has to hold, null for one that is not told at all. Never two at a time, or an older set could come last. */
export function createTeller<M extends LinkMethod>(parts: {
  linkServer: Pick<LinkServer, 'children' | 'call'>
  method: M
  setFor: (childId: string) => Promise<LinkParams<M> | null>
  logger: Logger
}): Teller {
  const { linkServer, method, setFor, logger } = parts
  /** What each connection has taken: the child may have lost its data when it connects anew. */
  const taken = new Map<string, string>()

  async function tellOne({ agentId, connectedSince }: ConnectedChild): Promise<void> {
    const set = await setFor(agentId)
    if (set === null) return
    const text = `${connectedSince} ${JSON.stringify(set)}`
    if (taken.get(agentId) === text) return
    try {
      await ask((name, params, options) => linkServer.call([agentId], name, params, options), agentId, method, set, {
        deadlineMs,
      })
      taken.set(agentId, text)
    } catch (err) {
      logger.debug({ err, child: agentId, method }, 'a child did not take what it was told: it is told again')
    }
  }

  return {
    async tell() {
      const children = linkServer.children()
      const connected = new Set(children.map(({ agentId }) => agentId))
      for (const agentId of taken.keys()) if (!connected.has(agentId)) taken.delete(agentId)
      await Promise.all(children.map(tellOne))
    },
  }
}
