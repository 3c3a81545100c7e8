import { afterAll, expect, test } from 'vitest'
import { joinByHand } from '../support/hand-leaf.ts'
import { plantTree } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { alertsAbout, nodesAt, statusAt } from './views.ts'

const tree = plantTree()
afterAll(() => tree.close())

test('an L3 reaches the root at once and does not wait for the interval of the rolled-up reports', async () => {
  const slowly = { CORTEX_MONITOR_ROLLUP_INTERVAL_S: '60', CORTEX_OFFLINE_AFTER_S: '300' }
  const root = await tree.monitor('root', { inside: true, env: slowly })
  const region = await tree.monitor('region', { inside: true, env: slowly, parents: [root.url] })
  const district = await tree.monitor('district', { inside: true, env: slowly, parents: [region.url] })
  const leaf = await joinByHand(district, 'leaf')
  await until('the root knows the region', async () => (await statusAt(root, 'region')) === 'online')
  await until('the region knows the district', async () => (await statusAt(region, 'district')) === 'online')

  const startedMs = performance.now()
  await leaf.report([{ level: 'L3', type: 'database_crash', subject: 'db' }])
  const [alert] = await until('the alert is at the root', async () => {
    const found = await alertsAbout(root, 'leaf', 'database_crash')
    return found.length > 0 && found
  })
  expect(performance.now() - startedMs).toBeLessThan(10_000)
  expect(alert).toMatchObject({ level: 'L3', status: 'new', subject: 'db', origin: 'issue' })
  expect((await nodesAt(root)).get('leaf')).toMatchObject({ health_status: 'critical', issues_count: { L3: 1 } })
})
