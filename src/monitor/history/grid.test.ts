import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutSpan, gridOf, type Level, levelMs, levelOf } from './grid.ts'

const dayMs = 86_400_000
const fromMs = Date.UTC(2026, 2, 29, 0, 17, 13, 250)

test.each([
  ['an hour', dayMs / 24, 400, 10, 'report'],
  ['six hours', dayMs / 4, 400, 60, 'minute'],
  ['a day', dayMs, 400, 240, 'minute'],
  ['a day in many points', dayMs, 1000, 120, 'minute'],
  ['a week', 7 * dayMs, 400, 1800, 'minute'],
  ['thirty days', 30 * dayMs, 400, 7200, 'hour'],
  ['a year', 365 * dayMs, 400, 86_400, 'hour'],
  ['ten years', 3650 * dayMs, 400, 10 * 86_400, 'hour'],
] as const)('%s has buckets that a person can say', (_, spanMs, limit, resolutionS, level) => {
  expect(gridOf({ fromMs, toMs: fromMs + spanMs }, limit).resolutionS).toBe(resolutionS)
  expect(levelOf(resolutionS)).toBe(level)
})

const span = fc
  .tuple(fc.integer({ min: -dayMs, max: dayMs }), fc.integer({ min: 1, max: 60 * dayMs }))
  .map(([offset, length]) => ({ fromMs: fromMs + offset, toMs: fromMs + offset + length }))

test('a span never touches more buckets than the limit, and buckets are whole pieces of their level', () => {
  fc.assert(
    fc.property(span, fc.integer({ min: 1, max: 1000 }), (asked, limit) => {
      const { resolutionS, originMs } = gridOf(asked, limit)
      const bucketOf = (ms: number) => Math.floor((ms - originMs) / (resolutionS * 1000))
      expect(bucketOf(asked.toMs - 1) - bucketOf(asked.fromMs)).toBeLessThan(limit)
      if (limit > 1) expect((resolutionS * 1000) % levelMs[levelOf(resolutionS)]).toBe(0)
    }),
  )
})

test('the pieces of a span are in order, whole, and cover every moment once', () => {
  fc.assert(
    fc.property(span, fc.constantFrom<Level>('report', 'minute', 'hour'), (asked, level) => {
      const pieces = cutSpan(asked.fromMs, asked.toMs, level)
      let reached = asked.fromMs
      for (const piece of pieces) {
        expect(piece.fromMs).toBe(reached)
        expect(piece.toMs).toBeGreaterThan(piece.fromMs)
        expect([piece.fromMs % levelMs[piece.level], piece.toMs % levelMs[piece.level]]).toEqual([0, 0])
        reached = piece.toMs
      }
      expect(reached).toBe(asked.toMs)
      expect(pieces.length).toBeLessThanOrEqual(5)
    }),
  )
})
