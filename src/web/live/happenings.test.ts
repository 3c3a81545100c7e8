import { expect, test, vi } from 'vitest'
import { createHappenings } from './happenings.ts'

const timestamp = '2026-01-01T00:00:00Z'
const removed = (agent_id: string) =>
  ({ type: 'node_removed', timestamp, data: { agent_id, reason: 'deleted' } }) as const

function bench() {
  const flushes: Array<() => void> = []
  const happenings = createHappenings({ schedule: (flush) => void flushes.push(flush) })
  return { happenings, flushes, flush: () => flushes.splice(0).forEach((run) => run()) }
}

test('many events are shown together, the newest first, reports left out', () => {
  const { happenings, flushes, flush } = bench()
  const heard = vi.fn()
  happenings.subscribe(heard)
  for (let count = 0; count < 50; count += 1) happenings.add(removed(`n-${count}`))
  happenings.add({ type: 'report_received', timestamp, data: { agent_id: 'a', status: 'healthy', timestamp } })
  expect(flushes).toHaveLength(1)
  flush()
  expect(heard).toHaveBeenCalledOnce()
  expect(happenings.list().map(({ data }) => data.agent_id)).toHaveLength(50)
  expect(happenings.list()[0]?.data.agent_id).toBe('n-49')
})

test('a flood is bounded, and what belonged to another person is gone before it is shown', () => {
  const { happenings, flush } = bench()
  for (let count = 0; count < 1_000; count += 1) happenings.add(removed(`n-${count}`))
  flush()
  expect(happenings.list()).toHaveLength(300)
  happenings.add(removed('late'))
  happenings.clear()
  flush()
  expect(happenings.list()).toEqual([])
})
