import { expect, test } from 'vitest'
import type { NodeItem } from '../../live/node-store.ts'
import { byName, selectNodes } from './select-nodes.ts'

const nodes = ['db-10', 'db-2', 'web-1'].map((agent_id): NodeItem => ({
  agent_id,
  server_id: 1,
  name: agent_id,
  role: 'probe',
  version: null,
  status: 'online',
  health_status: agent_id === 'db-10' ? 'critical' : 'healthy',
  last_heartbeat: null,
  issues_count: { L1: 0, L2: 0, L3: 0 },
  metrics: agent_id === 'web-1' ? null : { cpu_percent: agent_id === 'db-2' ? 80 : 20 },
  parent_id: 'eu',
  path: ['root', agent_id.startsWith('db') ? 'eu' : 'us', agent_id],
  depth: 2,
  stale_since: null,
}))
const all = byName(nodes).flatMap((id) => nodes.find((node) => node.agent_id === id) ?? [])
const ids = (choice: Partial<Parameters<typeof selectNodes>[1]>) =>
  selectNodes(all, { under: null, q: '', mark: null, sort: 'status', ...choice }).map((node) => node.agent_id)

test.each([
  ['status', ['db-10', 'db-2', 'web-1']],
  ['name', ['db-2', 'db-10', 'web-1']],
  ['-name', ['web-1', 'db-10', 'db-2']],
  ['cpu', ['db-10', 'db-2', 'web-1']],
  ['-cpu', ['db-2', 'db-10', 'web-1']],
  ['nonsense', ['db-10', 'db-2', 'web-1']],
])('sorted by %s: the worst or the asked first, equal ones by name, unknown figures last', (sort, order) => {
  expect(ids({ sort })).toEqual(order)
})

test('scope, state and words narrow the list', () => {
  expect(ids({ under: 'eu' })).toEqual(['db-10', 'db-2'])
  expect(ids({ mark: 'critical' })).toEqual(['db-10'])
  expect(ids({ q: '1 WEB' })).toEqual(['web-1'])
})
