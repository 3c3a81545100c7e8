import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type AlertSetting,
  AlertSettingAnswer,
  AlertSettingList,
} from '../../src/contract/better-monitor/alert-settings.ts'
import type { HttpClient } from '../support/http.ts'
import { addServer, expectBody, expectPlainError, measured, type Site, startSite } from './site.ts'

let site: Site
let server: { id: number; agentId: string }
let other: { id: number; agentId: string }
beforeAll(async () => {
  site = await startSite()
  server = await addServer(site.admin, 'Web')
  other = await addServer(site.admin, 'Db')
})
afterAll(() => site?.close())

async function make(body: Record<string, unknown>, api: HttpClient = site.admin): Promise<AlertSetting> {
  return AlertSettingAnswer.parse(expectBody(await api.post('/alerts/settings', body), 201)).setting
}
const list = async (api: HttpClient = site.admin) =>
  AlertSettingList.parse(expectBody(await api.get('/alerts/settings'))).settings
const change = async (id: number, body: Record<string, unknown>, api: HttpClient = site.admin) =>
  AlertSettingAnswer.parse(expectBody(await api.put(`/alerts/settings/${id}`, body))).setting

test('the document’s own bodies work as they stand, and what was not said has its default', async () => {
  const documented = { type: 'cpu', threshold: 80.0, duration: 300, enabled: true, server_id: server.id }
  const made = await make(documented)
  expect(made).toMatchObject({
    ...documented,
    agent_id: server.agentId,
    severity: 'high',
    recovery_threshold: 76,
    target: null,
    repeat_interval_s: null,
    inherited_from: null,
    created_by: 'admin',
  })
  const changed = await change(made.id, { threshold: 85.0, duration: 600, enabled: false })
  expect(changed).toMatchObject({ type: 'cpu', threshold: 85, duration: 600, enabled: false, server_id: server.id })
  expect(await list()).toContainEqual(changed)
  expectBody(await site.admin.delete(`/alerts/settings/${made.id}`))
  expect(await list()).not.toContainEqual(expect.objectContaining({ id: made.id }))
})

test('a metric has as many rules as one likes, for one server and for all', async () => {
  const rules = [
    await make({ type: 'disk', threshold: 80, severity: 'medium', name: 'soon full' }),
    await make({ type: 'disk', threshold: 95, severity: 'critical' }),
    await make({ type: 'disk', threshold: 70, server_id: server.id }),
  ]
  expect((await list()).filter(({ type }) => type === 'disk').map(({ id }) => id)).toEqual(rules.map(({ id }) => id))
  expect(rules.map(({ server_id }) => server_id)).toEqual([null, null, server.id])
})

test.each<[string, Record<string, unknown>, string]>([
  ['a type that does not exist', { type: 'weather', threshold: 1 }, 'type'],
  ['no type', { threshold: 1 }, 'type'],
  ['a threshold that is a text', { type: 'cpu', threshold: '80' }, 'threshold'],
  ['no threshold', { type: 'cpu' }, 'threshold'],
  ['a percentage above 100', { type: 'memory', threshold: 180 }, 'threshold'],
  ['a negative duration', { type: 'cpu', threshold: 80, duration: -1 }, 'duration'],
  ['a recovery above the threshold', { type: 'cpu', threshold: 80, recovery_threshold: 90 }, 'recovery_threshold'],
  ['a process rule about nothing', { type: 'process' }, 'target'],
  ['a cpu rule with a target', { type: 'cpu', threshold: 80, target: 'x' }, 'target'],
  ['a server that is not there', { type: 'cpu', threshold: 80, server_id: 999_999 }, 'server_id'],
  ['a severity that does not exist', { type: 'cpu', threshold: 80, severity: 'awful' }, 'severity'],
  ['a misspelt field', { type: 'cpu', threshold: 80, serverid: 1 }, 'serverid'],
])('%s is 400, names the field and makes nothing', async (_what, body, field) => {
  const before = await list()
  const answer = await site.admin.post('/alerts/settings', body)
  expectPlainError(answer, 400, 'INVALID_REQUEST')
  expect(JSON.stringify(answer.body)).toContain(field)
  expect(await list()).toEqual(before)
})

test('a change that makes no sense with what stays is 400 and changes nothing', async () => {
  const made = await make({ type: 'cpu', threshold: 80, recovery_threshold: 70 })
  for (const body of [{ threshold: 60 }, { recovery_threshold: 81 }, { type: 'process' }, { server_id: 999_999 }]) {
    expectPlainError(await site.admin.put(`/alerts/settings/${made.id}`, body), 400, 'INVALID_REQUEST')
  }
  expect((await list()).find(({ id }) => id === made.id)).toEqual(made)
  expect(await change(made.id, { recovery_threshold: null, server_id: null })).toMatchObject({ recovery_threshold: 76 })
})

test('a rule that is not there is 404', async () => {
  expectPlainError(await site.admin.put('/alerts/settings/999999', { enabled: false }), 404, 'NOT_FOUND')
  expectPlainError(await site.admin.delete('/alerts/settings/999999'), 404, 'NOT_FOUND')
})

test('admin and operator make rules, a viewer reads them, nobody else gets in', async () => {
  const operator = await site.person('operator')
  const made = await make({ type: 'load', threshold: 8 }, operator.api)
  expect(made.created_by).toBe(operator.username)
  const viewer = await site.person('viewer')
  expect(await list(viewer.api)).toContainEqual(made)
  expectPlainError(await viewer.api.post('/alerts/settings', { type: 'load', threshold: 9 }), 403, 'FORBIDDEN')
  expectPlainError(await viewer.api.put(`/alerts/settings/${made.id}`, { threshold: 9 }), 403, 'FORBIDDEN')
  expectPlainError(await viewer.api.delete(`/alerts/settings/${made.id}`), 403, 'FORBIDDEN')
  expectPlainError(await site.anonymous.get('/alerts/settings'), 401, 'UNAUTHORIZED')
})

test('role user makes and changes rules of own servers alone, sees those for all, and of others nothing', async () => {
  const user = await site.person('user')
  const foreign = await make({ type: 'cpu', threshold: 81, server_id: other.id })
  const forAll = await make({ type: 'cpu', threshold: 82 })
  expectBody(await site.admin.put(`/servers/${server.id}`, { user_id: user.id }))

  const own = await make({ type: 'cpu', threshold: 83, server_id: server.id }, user.api)
  const seen = (await list(user.api)).map(({ id }) => id)
  expect(seen).toEqual(expect.arrayContaining([own.id, forAll.id]))
  expect(seen).not.toContain(foreign.id)
  await change(own.id, { threshold: 84 }, user.api)

  const ask = { type: 'cpu', threshold: 85 }
  expectPlainError(await user.api.post('/alerts/settings', ask), 403, 'FORBIDDEN')
  expectPlainError(await user.api.post('/alerts/settings', { ...ask, server_id: other.id }), 400, 'INVALID_REQUEST')
  expectPlainError(await user.api.put(`/alerts/settings/${own.id}`, { server_id: null }), 403, 'FORBIDDEN')
  expectPlainError(await user.api.put(`/alerts/settings/${forAll.id}`, { threshold: 1 }), 403, 'FORBIDDEN')
  expectPlainError(await user.api.delete(`/alerts/settings/${forAll.id}`), 403, 'FORBIDDEN')
  expectPlainError(await user.api.put(`/alerts/settings/${foreign.id}`, { threshold: 1 }), 404, 'NOT_FOUND')
  expectPlainError(await user.api.delete(`/alerts/settings/${foreign.id}`), 404, 'NOT_FOUND')
  expectBody(await user.api.delete(`/alerts/settings/${own.id}`))
})

test('one rule is shown with where it stands, for who may see it', async () => {
  const watched = await addServer(site.admin, 'Watched')
  const rule = await make({ type: 'cpu', threshold: 40, duration: 300, server_id: watched.id })
  expect(expectBody(await site.admin.get(`/alerts/settings/${rule.id}`))).toEqual({ setting: rule, standing: [] })
  expectBody(await site.withSecret(watched.key).post(`/servers/${watched.id}/monitor`, measured))
  expect(expectBody(await site.admin.get(`/alerts/settings/${rule.id}`))['standing']).toMatchObject([
    { server_id: watched.id, agent_id: watched.agentId, phase: 'pending', value: 45.5, reason: 'breach_began' },
  ])
  await site.node
    .sql`update alert_rule_states set last_at = last_at - interval '8000 seconds' where rule_id = ${rule.id}`
  expectBody(await site.withSecret(watched.key).post(`/servers/${watched.id}/monitor`, measured))
  expect(expectBody(await site.admin.get(`/alerts/settings/${rule.id}`))['standing']).toMatchObject([
    { phase: 'pending', reason: 'samples_missing' },
  ])
  const user = await site.person('user')
  expectPlainError(await user.api.get(`/alerts/settings/${rule.id}`), 404, 'NOT_FOUND')
  expectPlainError(await site.admin.get('/alerts/settings/999999'), 404, 'NOT_FOUND')
  expectPlainError(await site.anonymous.get(`/alerts/settings/${rule.id}`), 401, 'UNAUTHORIZED')
})

test('each change of a rule is in the audit log with who made it', async () => {
  const operator = await site.person('operator')
  const { id } = await make({ type: 'network', threshold: 1e6, server_id: other.id }, operator.api)
  await change(id, { threshold: 2e6 }, operator.api)
  expectBody(await operator.api.delete(`/alerts/settings/${id}`))
  const rows = await site.node.sql`
    select action, target from audit_log where actor = ${operator.username} and action like 'rule.%' order by id`
  expect(rows.map((row) => [row['action'], row['target']])).toEqual([
    ['rule.create', other.agentId],
    ['rule.update', other.agentId],
    ['rule.delete', other.agentId],
  ])
})
