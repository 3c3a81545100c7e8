import { expect, test } from 'vitest'
import { SystemMetrics } from '../../src/contract/reports.ts'
import { kernelMonotonicMs } from '../../src/probe/boot-clock.ts'
import { createHostSampler, metricsOf } from '../../src/probe/collectors/host-metrics.ts'
import { newFolder, startProbe } from './harness.ts'

test('a sample of this host fits the contract; what it costs is printed', async () => {
  const sampler = createHostSampler({ procRoot: '/proc', monotonicMs: kernelMonotonicMs })
  for (let warm = 0; warm < 20; warm += 1) await sampler.sample()
  const before = process.cpuUsage()
  const rounds = 200
  for (let round = 0; round < rounds; round += 1) metricsOf(await sampler.sample())
  const { user, system } = process.cpuUsage(before)
  console.log(`one sample: ${((user + system) / 1000 / rounds).toFixed(2)} ms of CPU`)
  const metrics = SystemMetrics.parse(metricsOf(await sampler.sample()))
  expect(metrics.process_count).toBeGreaterThan(1)
  expect(metrics.disk?.total_bytes).toBeGreaterThan(0)
})

test('the default config on this host makes a report that fits the contract', async () => {
  const folder = await newFolder()
  const { probe, reports } = startProbe(folder, { checks: { cpu: {}, memory: {}, swap: {}, load: {}, disk: {} } })
  const inspection = await probe.inspectNow()
  expect(inspection.issues).toEqual([])
  expect(reports[0]).toMatchObject({
    agent_id: 'leaf',
    status: 'healthy',
    metadata: { probe_version: '1.0.0', issues_complete: true },
  })
  expect(probe.lastInspection()).toEqual(inspection)
})
