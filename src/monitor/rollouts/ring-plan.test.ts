import { expect, test } from 'vitest'
import { planRings } from './ring-plan.ts'

const target = (id: number, depth: number) => ({ id, depth })
const rings = (placed: Array<{ id: number; ring: number }>) => placed.map(({ id, ring }) => [id, ring])

test('parents come before what is below them, and each level has its own canary', () => {
  const targets = [target(9, 2), target(4, 1), target(7, 2), target(8, 2), target(1, 0), target(5, 1)]
  expect(rings(planRings(targets, [1]))).toEqual([[1, 0], [4, 1], [5, 2], [7, 3], [8, 4], [9, 4]]) // prettier-ignore
})

test('rings are as wide as asked, the last is the rest', () => {
  const targets = [1, 2, 3, 4, 5, 6].map((id) => target(id, 3))
  expect(rings(planRings(targets, [1, 2]))).toEqual([[1, 0], [2, 1], [3, 1], [4, 2], [5, 2], [6, 2]]) // prettier-ignore
  expect(rings(planRings(targets.slice(0, 2), []))).toEqual([[1, 0], [2, 0]]) // prettier-ignore
})
