import { z } from 'zod'
import { AgentId, IsoTime } from '../../contract/common.ts'

/** A parent that gave this node a key. */
const ParentEntry = z.object({
  url: z.string().min(1),
  api_key: z.string().min(1),
  /** agent_id of the monitor that answered at `url`. */
  parent: AgentId,
  /** agent_ids from the parent up to the root. */
  lineage: z.array(AgentId).max(64),
  registered_at: IsoTime,
})
export type ParentEntry = z.infer<typeof ParentEntry>

const Identity = z.object({
  /** Random, made at first start: tells this node from a clone that uses its agent_id. */
  node_uid: z.string().min(8).max(128),
  /** How often this node has attached to a parent: of two claims on it, the higher is right. */
  generation: z.number().int().min(0),
  parents: z.array(ParentEntry).max(64),
  /** The parent in use; it stays in use after a restart. */
  active_url: z.string().nullable(),
})
/** Who this node is towards its parents. Holds keys: never logged. */
export type Identity = z.infer<typeof Identity>

/** Where the identity of a node is kept. */
export interface IdentityKeeper {
  read(): Identity
  /** Replaces the identity; kept for good before it resolves. */
  write(identity: Identity): Promise<void>
}

export function newIdentity(nodeUid: string): Identity {
  return { node_uid: nodeUid, generation: 0, parents: [], active_url: null }
}

/** Reads the text of an identity file; throws an error that names the fields that are wrong, never their values. */
export function parseIdentity(text: string): Identity {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new Error('it is not JSON')
  }
  const parsed = Identity.safeParse(json)
  if (parsed.success) return parsed.data
  throw new Error(
    [...new Set(parsed.error.issues.map((issue) => issue.path.join('.') || 'the whole'))].join(', ') +
      ' cannot be read',
  )
}

export function parentAt(identity: Identity, url: string | null): ParentEntry | undefined {
  return identity.parents.find((entry) => entry.url === url)
}

/** The parent in use, or undefined before the first registration. */
export function activeParent(identity: Identity): ParentEntry | undefined {
  return parentAt(identity, identity.active_url)
}

/**
 * The identity after `entry` has been obtained: it becomes the parent in use. Other addresses of the same monitor get the
 * new key too, because a registration retires the key before it.
 */
export function withParent(identity: Identity, entry: ParentEntry, generation: number): Identity {
  const others = identity.parents
    .filter((other) => other.url !== entry.url)
    .map((other) =>
      other.parent === entry.parent ? { ...other, api_key: entry.api_key, lineage: entry.lineage } : other,
    )
  return { ...identity, generation, parents: [entry, ...others].slice(0, 64), active_url: entry.url }
}

/** The identity after the parent in use has said where it stands in the tree; the same one when that is known. */
export function withLineage(identity: Identity, lineage: readonly string[]): Identity {
  const active = activeParent(identity)
  if (!active || active.lineage.join(' ') === lineage.join(' ')) return identity
  const moved = (entry: ParentEntry) => (entry.parent === active.parent ? { ...entry, lineage: [...lineage] } : entry)
  return { ...identity, parents: identity.parents.map(moved) }
}
