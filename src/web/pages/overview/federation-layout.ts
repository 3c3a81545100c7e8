import { hierarchy, tree } from 'd3-hierarchy'
import { type Mark, marks } from '../../live/health.ts'

export const cardWidthPx = 196
export const cardHeightPx = 40
const columnPx = 248
const rowPx = 48
/** Of more, the worst are shown and the rest is counted. */
const shownMonitors = 12
const shownLeaves = 6

/**
 * A node at its place, or the count of those for which there is none (`rest`), which belong to `agentId`. Null: this
 * monitor, which is no node of its own tree when it watches no host.
 */
export interface Card {
  key: string
  agentId: string | null
  rest: number
  /** Null: nothing is below it. */
  expanded: boolean | null
  left: number
  top: number
}
/** From the middle of a card's right side to the middle of its child's left side. */
export interface Line {
  key: string
  /** Whose line up it is. */
  agentId: string | null
  from: readonly [number, number]
  to: readonly [number, number]
}
export interface Picture {
  cards: Card[]
  lines: Line[]
  width: number
  height: number
}

interface Item {
  agentId: string | null
  rest: number
  expanded: boolean | null
  children: Item[]
}

/** What the picture has to know of the tree. */
export interface TreeFacts {
  childrenOf: ReadonlyMap<string | null, readonly string[]>
  isMonitor: (agentId: string) => boolean
  /** The worst state of the node and all below it. */
  worstOf: (agentId: string) => Mark
  isOpen: (agentId: string | null, depth: number) => boolean
}

/** The tree below `top`, drawn from left to right. Large families show their worst members and count the others. */
export function pictureOf(top: string | null, facts: TreeFacts): Picture {
  const seen = new Set<string | null>()

  function itemOf(agentId: string | null, depth: number): Item {
    seen.add(agentId)
    const family = (facts.childrenOf.get(agentId) ?? []).filter((id) => !seen.has(id))
    if (family.length === 0) return { agentId, rest: 0, expanded: null, children: [] }
    if (!facts.isOpen(agentId, depth)) return { agentId, rest: 0, expanded: false, children: [] }
    const shown = [
      ...worst(
        family.filter((id) => facts.isMonitor(id)),
        shownMonitors,
      ),
      ...worst(
        family.filter((id) => !facts.isMonitor(id)),
        shownLeaves,
      ),
    ]
    const children = shown.map((id) => itemOf(id, depth + 1))
    const rest = family.length - shown.length
    if (rest > 0) children.push({ agentId, rest, expanded: null, children: [] })
    return { agentId, rest: 0, expanded: true, children }
  }

  function worst(ids: readonly string[], count: number): string[] {
    if (ids.length <= count) return [...ids]
    const chosen = new Set(
      ids.toSorted((a, b) => marks.indexOf(facts.worstOf(a)) - marks.indexOf(facts.worstOf(b))).slice(0, count),
    )
    return ids.filter((id) => chosen.has(id))
  }

  const laid = tree<Item>()
    .nodeSize([rowPx, columnPx])
    .separation(() => 1)(hierarchy(itemOf(top, 0)))
  const placed = laid.descendants()
  const highest = Math.min(...placed.map(({ x }) => x))
  const lowest = Math.max(...placed.map(({ x }) => x))
  const deepest = Math.max(...placed.map(({ y }) => y))
  const middle = (x: number) => x - highest + cardHeightPx / 2
  return {
    cards: placed.map(({ x, y, data }) => ({
      key: keyOf(data),
      agentId: data.agentId,
      rest: data.rest,
      expanded: data.expanded,
      left: y,
      top: x - highest,
    })),
    lines: laid.links().map(({ source, target }) => ({
      key: keyOf(target.data),
      agentId: target.data.agentId,
      from: [source.y + cardWidthPx, middle(source.x)],
      to: [target.y, middle(target.x)],
    })),
    width: deepest + cardWidthPx,
    height: lowest - highest + cardHeightPx,
  }
}

const keyOf = ({ agentId, rest }: Item): string => (rest > 0 ? `rest of ${agentId ?? ''}` : (agentId ?? 'top'))
