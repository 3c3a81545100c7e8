import { expect, test } from 'vitest'
import type { Alert } from '../../../contract/alerts.ts'
import { alertsOf, groupAlerts, linesOf } from './group-alerts.ts'

let lastId = 0
function alertOn(agent_id: string, type: string, more: Partial<Alert> = {}): Alert {
  lastId += 1
  return {
    alert_id: lastId,
    agent_id,
    agent_name: agent_id,
    level: 'L3',
    type,
    subject: '',
    description: type,
    severity: 'high',
    status: 'new',
    details: {},
    created_at: '2026-01-01T00:00:00.000Z',
    acknowledged_at: null,
    acknowledged_by: null,
    resolved_at: null,
    resolved_by: null,
    notes: null,
    occurrences: 1,
    last_seen_at: '2026-01-01T00:00:00.000Z',
    origin: 'issue',
    silenced_by: [],
    value: null,
    threshold: null,
    notified_at: null,
    task_id: null,
    on_behalf_of: null,
    ...more,
  }
}
const treeAlert = (id: string, type: string, more: Partial<Alert> = {}) =>
  alertOn(id, type, { origin: 'tree', ...more })
const paths: Record<string, string[]> = {
  eu: ['root', 'eu'],
  west: ['root', 'eu', 'west'],
  'db-1': ['root', 'eu', 'west', 'db-1'],
  'web-1': ['root', 'web-1'],
  'web-2': ['root', 'web-2'],
}
const pathOf = (id: string) => paths[id] ?? [id]
const shape = (alerts: Alert[], how: Parameters<typeof groupAlerts>[1]) =>
  groupAlerts(alerts, how, pathOf).map(({ kind, head, alerts }) => [kind, head.agent_id, head.type, alerts.length])

test('alerts of a region that is cut off are under the highest silent node, whatever their severity', () => {
  const alerts = [
    alertOn('db-1', 'disk_full', { severity: 'critical' }),
    treeAlert('db-1', 'node_offline'),
    treeAlert('west', 'region_unreachable'),
    treeAlert('eu', 'region_unreachable'),
    alertOn('web-1', 'cpu', { severity: 'low' }),
  ]
  expect(shape(alerts, 'cause')).toEqual([
    ['cause', 'eu', 'region_unreachable', 4],
    ['single', 'web-1', 'cpu', 1],
  ])
})

test('a silence that is over, or alerts that have ended, are neither cause nor effect', () => {
  const over = treeAlert('eu', 'region_unreachable', { status: 'resolved' })
  const alerts = [over, alertOn('db-1', 'disk_full'), treeAlert('west', 'region_unreachable')]
  expect(shape(alerts, 'cause').map(([kind]) => kind)).toEqual(['cause', 'single'])
})

test('what a node calls unreachable itself is no cause', () => {
  expect(shape([alertOn('eu', 'region_unreachable'), alertOn('db-1', 'cpu')], 'cause')).toHaveLength(2)
})

test('the same fault on several nodes of one region is one group; elsewhere it is another', () => {
  const alerts = [alertOn('web-1', 'cpu'), alertOn('web-2', 'cpu'), alertOn('db-1', 'cpu')]
  expect(shape(alerts, 'cause')).toEqual([
    ['same', 'web-2', 'cpu', 2],
    ['single', 'db-1', 'cpu', 1],
  ])
})

test('no alert is lost or doubled in any grouping', () => {
  const alerts = ['db-1', 'eu', 'web-1', 'gone'].flatMap((id) => [alertOn(id, 'cpu'), treeAlert(id, 'node_offline')])
  for (const how of ['cause', 'node', 'type', 'none'] as const) {
    const all = groupAlerts(alerts, how, pathOf).flatMap(({ alerts }) => alerts.map(({ alert_id }) => alert_id))
    expect(all).toHaveLength(alerts.length)
    expect(new Set(all)).toEqual(new Set(alerts.map(({ alert_id }) => alert_id)))
  }
})

test('a closed group is one line that stands for all of it; opened it is followed by each', () => {
  const groups = groupAlerts([alertOn('web-1', 'cpu'), alertOn('web-2', 'cpu')], 'type', pathOf)
  const [closed, ...none] = linesOf(groups, new Set())
  expect(none).toEqual([])
  expect(closed && alertsOf(closed)).toHaveLength(2)
  expect(linesOf(groups, new Set([groups[0]!.key])).map(({ kind }) => kind)).toEqual(['group', 'alert', 'alert'])
})
