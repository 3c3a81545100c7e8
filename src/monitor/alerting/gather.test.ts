import { describe, expect, test } from 'vitest'
import { gather, groupOf, type Wish } from './gather.ts'

const wish = (subject: string, more: Partial<Wish<string>> = {}): Wish<string> => ({
  subject,
  channelId: 1,
  group: 'eu',
  why: 'first',
  ripeAtMs: 100,
  ...more,
})
const shown = (wishes: Array<Wish<string>>, nowMs: number) => {
  const { told, nextAtMs } = gather(wishes, nowMs, 'root')
  return {
    told: told.map(({ channelId, group, kind, members }) => [
      channelId,
      group,
      kind,
      members.map((m) => m.subject).join(),
    ]),
    nextAtMs,
  }
}

test('nothing is told before the first of a group is ripe; then all that is there goes along', () => {
  const wishes = [wish('a'), wish('b', { ripeAtMs: 115 })]
  expect(shown(wishes, 99)).toEqual({ told: [], nextAtMs: 100 })
  expect(shown(wishes, 100)).toEqual({ told: [[1, 'eu', 'firing', 'a,b']], nextAtMs: Infinity })
})

test('channels, groups and kinds are told apart; more severe goes with new', () => {
  const wishes = [
    wish('a', { why: 'more-severe' }),
    wish('b'),
    wish('c', { channelId: 2 }),
    wish('d', { group: 'us' }),
    wish('e', { why: 'recovered' }),
    wish('f', { why: 'repeat-due' }),
  ]
  expect(shown(wishes, 100).told).toEqual([
    [1, 'eu', 'firing', 'a,b'],
    [1, 'us', 'firing', 'd'],
    [2, 'eu', 'firing', 'c'],
    [1, 'eu', 'resolved', 'e'],
    [1, 'eu', 'repeat', 'f'],
  ])
})

test('more groups at once than anybody reads become one notice', () => {
  const wishes = Array.from({ length: 50 }, (_, index) => wish(String(index), { group: `region-${index}` }))
  const { told } = gather(wishes, 100, 'root')
  expect(told.map(({ group, members }) => [group, members.length])).toEqual([['root', 50]])
  expect(gather(wishes.slice(0, 10), 100, 'root').told).toHaveLength(10)
})

describe('the group of a node', () => {
  test.each([
    [['root'], 'monitor', 'root'],
    [['root', 'leaf'], 'probe', 'root'],
    [['root', 'eu'], 'monitor', 'eu'],
    [['root', 'eu', 'db-3'], 'probe', 'eu'],
    [['root', 'eu', 'eu-west', 'db-3'], 'probe', 'eu'],
  ] as const)('%j', (path, role, expected) => expect(groupOf({ path, role })).toBe(expected))
})
