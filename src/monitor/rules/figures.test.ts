import { expect, test } from 'vitest'
import { figuresOf } from './figures.ts'

const metrics = {
  cpu_percent: 1,
  memory_percent: 2,
  disk_percent: 3,
  load_average: [4, 5, 6] as [number, number, number],
  uptime_seconds: 7,
}

test('the larger of the two directions of the network counts', () => {
  const network_io = { bytes_recv: 10, bytes_sent: 20 }
  expect(figuresOf({ ...metrics, network_io })).toEqual({ cpu: 1, memory: 2, disk: 3, load: 4, network: 20 })
})

test('a report without network figures says nothing to a rule about the network', () => {
  expect(figuresOf(metrics)).not.toHaveProperty('network')
  expect(figuresOf({ ...metrics, network_io: { bytes_recv: 10 } }).network).toBe(10)
})
