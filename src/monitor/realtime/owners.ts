import { createRecentReads } from '../auth/recent-reads.ts'

/** The user that owns a node (null: nobody), or that this could not be found out. */
export type Ownership = { known: true; ownerId: number | null } | { known: false }

export interface Owners {
  /**
   * Tells `tell` who owns the node: at once when that was read a moment ago and nobody waits, else later. The calls of
   * `tell` keep the order of the questions. When more than `maxWaiting` questions wait, the newest is not known.
   */
  ask(agentId: string, tell: (ownership: Ownership) => void): void
  /** The node has another owner: it is read anew. */
  forget(agentId: string): void
}

interface Question {
  agentId: string
  tell: (ownership: Ownership) => void
}

/** Who owns which node, read at most every `maxAgeMs`. */
export function createOwners(parts: {
  ownerOf: (agentId: string) => Promise<number | null>
  clock: () => number
  onFailure: (error: unknown) => void
  maxAgeMs?: number
  maxEntries?: number
  maxWaiting?: number
}): Owners {
  const { ownerOf, clock, onFailure, maxAgeMs = 5_000, maxEntries = 20_000, maxWaiting = 10_000 } = parts
  const reads = createRecentReads<string, { ownerId: number | null }>({
    load: async (agentId) => ({ ownerId: await ownerOf(agentId) }),
    maxAgeMs,
    maxEntries,
    clock,
  })
  const waiting: Question[] = []

  async function read(agentId: string): Promise<Ownership> {
    try {
      const owner = reads.fresh(agentId) ?? (await reads.read(agentId))
      return { known: true, ownerId: owner?.ownerId ?? null }
    } catch (error) {
      onFailure(error)
      return { known: false }
    }
  }

  async function answerAll(): Promise<void> {
    for (let question = waiting[0]; question; question = waiting[0]) {
      const ownership = await read(question.agentId)
      question.tell(ownership)
      // Only now, so that whoever asks meanwhile waits behind this one.
      waiting.shift()
    }
  }

  return {
    forget: (agentId) => reads.forget((id) => id === agentId),
    ask(agentId, tell) {
      const fresh = waiting.length === 0 ? reads.fresh(agentId) : null
      if (fresh) return tell({ known: true, ownerId: fresh.ownerId })
      if (waiting.length >= maxWaiting) return tell({ known: false })
      waiting.push({ agentId, tell })
      if (waiting.length === 1) void answerAll()
    },
  }
}
