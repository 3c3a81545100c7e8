import type { NodeItem } from './node-store.ts'

/** Who is below whom. */
export interface Families {
  /** Below each node, monitors first, by name; the tops under null. */
  childrenOf: ReadonlyMap<string | null, readonly string[]>
  parentOf: ReadonlyMap<string, string | null>
}

export const noFamilies: Families = { childrenOf: new Map(), parentOf: new Map() }

/**
 * Children by name. A node whose parent may not be seen hangs under the nearest ancestor that may, else at the top.
 * Families in which nobody came, left or is among `changed` (another name or role) are those of `before`: sorting is dear,
 * and thousands of nodes arrive page by page.
 */
export function arrange(
  nodes: ReadonlyMap<string, Pick<NodeItem, 'agent_id' | 'name' | 'role' | 'path'>>,
  before: Families,
  changed: ReadonlySet<string>,
): Families {
  const parentOf = new Map<string, string | null>()
  const members = new Map<string | null, string[]>()
  const unsorted = new Set<string | null>()
  for (const { agent_id, path } of nodes.values()) {
    const parent = path.slice(0, -1).findLast((id) => nodes.has(id)) ?? null
    parentOf.set(agent_id, parent)
    if (changed.has(agent_id) || before.parentOf.get(agent_id) !== parent) unsorted.add(parent)
    const siblings = members.get(parent)
    if (siblings) siblings.push(agent_id)
    else members.set(parent, [agent_id])
  }
  const { compare } = new Intl.Collator(undefined, { numeric: true })
  const nameOf = (id: string) => nodes.get(id)?.name ?? id
  const isMonitor = (id: string) => nodes.get(id)?.role === 'monitor'
  const childrenOf = new Map<string | null, readonly string[]>()
  for (const [parent, siblings] of members) {
    const then = before.childrenOf.get(parent)
    // None of them is new in this family, so with as many as before they are the same.
    const isSame = !unsorted.has(parent) && then?.length === siblings.length
    childrenOf.set(
      parent,
      isSame
        ? then
        : siblings.sort((a, b) => Number(isMonitor(b)) - Number(isMonitor(a)) || compare(nameOf(a), nameOf(b))),
    )
  }
  return { childrenOf, parentOf }
}
