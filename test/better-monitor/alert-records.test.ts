import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AlertRecord, AlertRecordList } from '../../src/contract/better-monitor/alert-records.ts'
import { issue, type Leaf } from '../cortex-api/api-node.ts'
import { expectBody, expectPlainError, type Site, startSite } from './site.ts'

let site: Site
let leaf: Leaf
let other: Leaf
beforeAll(async () => {
  site = await startSite()
  leaf = await site.node.join('leaf-a')
  other = await site.node.join('leaf-b')
  await leaf.report({ status: 'critical', issues: [issue('disk_dead'), issue('raid_degraded')] })
  await other.report({ status: 'critical', issues: [issue('disk_dead')] })
})
afterAll(() => site?.close())

async function records(query = '', api = site.admin) {
  return AlertRecordList.parse(expectBody(await api.get(`/alerts/records${query}`)))
}
const idOf = async (type: string, agentId: string): Promise<AlertRecord> => {
  const found = (await records()).records.find((record) => record.alert_type === type && record.agent_id === agentId)
  if (!found) throw new Error(`no record of ${type} on ${agentId}`)
  return found
}

test('a record is the Cortex alert of the same number', async () => {
  const record = await idOf('disk_dead', 'leaf-a')
  const alert = (await site.node.admin.get(`/alerts/${record.id}`)).body
  expect(alert).toMatchObject({
    data: { alert_id: record.id, agent_id: 'leaf-a', type: 'disk_dead', status: 'new', created_at: record.created_at },
  })
  expect(record).toMatchObject({ resolved: false, resolved_at: null, value: null, threshold: null, notified_at: null })
})

test('records are filtered by server, type and whether they are over, and paged from 1', async () => {
  const { server_id } = await idOf('disk_dead', 'leaf-a')
  expect((await records(`?server_id=${server_id}`)).total).toBe(2)
  expect((await records('?alert_type=disk_dead')).records.map((record) => record.agent_id)).toEqual([
    'leaf-b',
    'leaf-a',
  ])
  expect(await records('?alert_type=disk_dead&page=2&limit=1')).toMatchObject({
    total: 2,
    page: 2,
    limit: 1,
    records: [{ agent_id: 'leaf-a' }],
  })
  const { id } = await idOf('raid_degraded', 'leaf-a')
  expectBody(await site.admin.post(`/alerts/records/${id}/resolve`))
  const open = await records(`?server_id=${server_id}&alert_type=raid_degraded&only_unresolved=true`)
  expect(open).toMatchObject({ total: 0, records: [] })
  expect(await records('?under=leaf-a&alert_type=raid_degraded')).toMatchObject({ total: 1 })
  expect(await records('?under=nobody')).toMatchObject({ total: 0 })
})

test('resolving ends the alert, is in the audit log, and a second time is 409', async () => {
  await leaf.report({ status: 'critical', issues: [issue('to_resolve')] })
  const { id } = await idOf('to_resolve', 'leaf-a')
  const body = expectBody(await site.admin.post(`/alerts/records/${id}/resolve`, { notes: 'disk replaced' }))
  expect(body).toMatchObject({ record: { id, resolved: true, resolved_at: expect.stringMatching(/Z$/) } })
  expectPlainError(await site.admin.post(`/alerts/records/${id}/resolve`), 409, 'CONFLICT')
  const log = await site.node.sql`select actor from audit_log where action = 'alert.resolve' order by id desc limit 1`
  expect([...log]).toEqual([{ actor: 'admin' }])
})

test.each(['?page=0', '?limit=0', '?limit=1001', '?server_id=x', '?only_unresolved=maybe', '?alert_type='])(
  'a list asked for with %s is 400',
  async (query) => {
    expectPlainError(await site.admin.get(`/alerts/records${query}`), 400, 'INVALID_REQUEST')
  },
)

test('roles: a viewer reads and may not resolve, a user sees and resolves those of own servers, nobody is 401', async () => {
  await leaf.report({ status: 'critical', issues: [issue('of_roles')] })
  const { id, server_id } = await idOf('of_roles', 'leaf-a')
  const viewer = await site.person('viewer')
  expect((await records('', viewer.api)).total).toBeGreaterThan(2)
  expectPlainError(await viewer.api.post(`/alerts/records/${id}/resolve`), 403, 'FORBIDDEN')
  expectPlainError(await site.anonymous.get('/alerts/records'), 401, 'UNAUTHORIZED')

  const user = await site.person('user')
  expect(await records('', user.api)).toMatchObject({ total: 0, records: [] })
  expectPlainError(await user.api.post(`/alerts/records/${id}/resolve`), 404, 'NOT_FOUND')
  expectBody(await site.admin.put(`/servers/${server_id}`, { user_id: user.id }))
  const own = await records('', user.api)
  expect(new Set(own.records.map((record) => record.agent_id))).toEqual(new Set(['leaf-a']))
  expectBody(await user.api.post(`/alerts/records/${id}/resolve`))
})

test('a record that is not there is 404', async () => {
  expectPlainError(await site.admin.post('/alerts/records/999999/resolve'), 404, 'NOT_FOUND')
})
