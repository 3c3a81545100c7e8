/** One line of the tree. */
export interface TreeRow {
  agentId: string
  depth: number
  /** Null: nothing is below it. */
  expanded: boolean | null
}

/**
 * The lines in sight of a tree whose nodes are open as `isOpen` says; the path to `shown` is open in any case. Bounded by
 * what there is: a node is listed once even if the data formed a ring.
 */
export function treeRows(
  childrenOf: ReadonlyMap<string | null, readonly string[]>,
  isOpen: (agentId: string, depth: number) => boolean,
): TreeRow[] {
  const rows: TreeRow[] = []
  const seen = new Set<string>()
  const stack = toVisit(childrenOf.get(null) ?? [], 0)
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { agentId, depth } = next
    if (seen.has(agentId)) continue
    seen.add(agentId)
    const children = childrenOf.get(agentId) ?? []
    const expanded = children.length === 0 ? null : isOpen(agentId, depth)
    rows.push({ agentId, depth, expanded })
    if (expanded) stack.push(...toVisit(children, depth + 1))
  }
  return rows
}

const toVisit = (ids: readonly string[], depth: number) => ids.toReversed().map((agentId) => ({ agentId, depth }))
