import type { NotifyReason } from '../../contract/alerting.ts'

/** Something that a channel is to be told. */
export interface Wish<Subject> {
  subject: Subject
  channelId: number
  /** agent_id of the subtree whose news are told together. */
  group: string
  why: NotifyReason
  /** When its wait for others is over. */
  ripeAtMs: number
}

/** What is told to a channel at once. */
export interface Gathered<Subject> {
  channelId: number
  group: string
  kind: 'firing' | 'repeat' | 'resolved'
  members: Array<Wish<Subject>>
}

const kinds: Record<NotifyReason, Gathered<unknown>['kind']> = {
  first: 'firing',
  'more-severe': 'firing',
  'repeat-due': 'repeat',
  recovered: 'resolved',
}

/** A channel that would get more notices than this at once, gets one for everything. */
const maxGroupsAtOnce = 10

/**
 * Puts wishes of one channel, group and kind into one notice as soon as the first of them is ripe; all the others that are
 * there go along. The rest waits until `nextAtMs`.
 */
export function gather<Subject>(
  wishes: ReadonlyArray<Wish<Subject>>,
  nowMs: number,
  all: string,
): { told: Array<Gathered<Subject>>; nextAtMs: number } {
  const told: Array<Gathered<Subject>> = []
  let nextAtMs = Infinity
  const groups = Map.groupBy(wishes, ({ channelId, group, why }) => JSON.stringify([channelId, kinds[why], group]))
  for (const members of groups.values()) {
    const ripeAtMs = members.reduce((earliest, wish) => Math.min(earliest, wish.ripeAtMs), Infinity)
    const [first] = members
    if (first && ripeAtMs <= nowMs)
      told.push({ channelId: first.channelId, group: first.group, kind: kinds[first.why], members })
    else nextAtMs = Math.min(nextAtMs, ripeAtMs)
  }
  return { told: mergeFloods(told, all), nextAtMs }
}

/** So many regions at once have one cause, or it is a new channel: one notice instead of a page for each. */
function mergeFloods<Subject>(told: Array<Gathered<Subject>>, all: string): Array<Gathered<Subject>> {
  const byKind = Map.groupBy(told, ({ channelId, kind }) => `${channelId} ${kind}`)
  return [...byKind.values()].flatMap((notices) => {
    const [first] = notices
    if (!first || notices.length <= maxGroupsAtOnce) return notices
    return [{ ...first, group: all, members: notices.flatMap(({ members }) => members) }]
  })
}

/** The subtree to which news about a node belong: the direct child of this monitor, if that is a monitor, else this monitor. */
export function groupOf(node: { path: readonly string[]; role: 'probe' | 'monitor' }): string {
  const [self = '', child] = node.path
  return child !== undefined && (node.path.length > 2 || node.role === 'monitor') ? child : self
}
