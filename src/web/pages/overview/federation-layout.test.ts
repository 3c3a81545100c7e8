import { expect, test } from 'vitest'
import type { Mark } from '../../live/health.ts'
import { cardHeightPx, cardWidthPx, pictureOf, type TreeFacts } from './federation-layout.ts'

const facts = (children: Record<string, string[]>, more: Partial<TreeFacts> = {}): TreeFacts => ({
  childrenOf: new Map(Object.entries(children)),
  isMonitor: (id) => id in children,
  worstOf: () => 'healthy',
  isOpen: () => true,
  ...more,
})

test('parents stand left of their children, no two cards overlap, and every child has a line to its parent', () => {
  const { cards, lines, width, height } = pictureOf(
    'root',
    facts({ root: ['eu', 'us'], eu: ['a', 'b', 'c'], us: ['d'] }),
  )
  const at = (id: string) => cards.find((card) => card.agentId === id)
  expect(at('root')?.left).toBe(0)
  expect(at('eu')?.left).toBeGreaterThanOrEqual(cardWidthPx)
  expect(at('a')?.left).toBeGreaterThan(at('eu')?.left ?? Infinity)
  for (const one of cards) {
    expect(one.left + cardWidthPx).toBeLessThanOrEqual(width)
    expect(one.top + cardHeightPx).toBeLessThanOrEqual(height)
    const same = cards.filter((other) => other !== one && other.left === one.left)
    expect(same.every((other) => Math.abs(other.top - one.top) >= cardHeightPx)).toBe(true)
  }
  expect(new Set(lines.map((line) => line.agentId))).toEqual(new Set(['a', 'b', 'c', 'd', 'eu', 'us']))
})

test('of a large family the sick are shown and the others counted', () => {
  const many = Array.from({ length: 500 }, (_, at) => `leaf-${at}`)
  const sick: Record<string, Mark> = { 'leaf-400': 'critical', 'leaf-7': 'offline' }
  const { cards } = pictureOf('root', facts({ root: many }, { worstOf: (id) => sick[id] ?? 'healthy' }))
  expect(cards.map(({ agentId }) => agentId)).toEqual(expect.arrayContaining(['leaf-400', 'leaf-7']))
  expect(cards).toHaveLength(8)
  expect(cards.find(({ rest }) => rest > 0)?.rest).toBe(494)
})

test('a monitor that is no node of its own stands above the tops', () => {
  const childrenOf = new Map<string | null, string[]>([[null, ['a', 'b']]])
  const { cards, lines } = pictureOf(null, facts({}, { childrenOf }))
  expect(cards.map(({ agentId }) => agentId)).toEqual([null, 'a', 'b'])
  expect(lines.map(({ agentId }) => agentId)).toEqual(['a', 'b'])
})

test('what is closed hides what is below it; data that forms a ring ends', () => {
  const closed = pictureOf('root', facts({ root: ['eu'], eu: ['a'] }, { isOpen: (id) => id !== 'eu' }))
  expect(closed.cards.map(({ agentId, expanded }) => [agentId, expanded])).toEqual([
    ['root', true],
    ['eu', false],
  ])
  expect(pictureOf('a', facts({ a: ['b'], b: ['a'] })).cards).toHaveLength(2)
})
