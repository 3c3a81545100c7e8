import { afterAll, beforeAll, expect, test } from 'vitest'
import { Settings } from '../../src/contract/better-monitor/settings.ts'
import { addServer, expectBody, expectPlainError, type Site, startSite } from './site.ts'

let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site?.close())

const read = async () => Settings.parse(expectBody(await site.admin.get('/settings')))

test('the document’s own example is taken, and read back', async () => {
  const example = {
    site_title: 'Better Monitor',
    site_description: '企业级服务器监控系统',
    max_servers: 100,
    data_retention_days: 30,
  }
  expect(expectBody(await site.admin.post('/settings', example))).toMatchObject(example)
  expect(await read()).toMatchObject(example)
})

test.each(Object.entries({ site_title: 'Other', max_servers: 7, allow_registration: true, monitor_interval_s: 15 }))(
  'a change of %s alone leaves the rest',
  async (key, value) => {
    const before = await read()
    expect(expectBody(await site.admin.post('/settings', { [key]: value }))).toEqual({ ...before, [key]: value })
    expectBody(await site.admin.post('/settings', before))
    expect(await read()).toEqual(before)
  },
)

test('registration and the public view are closed until somebody opens them', async () => {
  expect(await read()).toMatchObject({ allow_registration: false, public_view: false })
})

test('everybody may know the title, the description and whether there is a public view, and nothing else', async () => {
  const { site_title, site_description, public_view } = await read()
  const seen = expectBody(await site.anonymous.get('/settings/public'))
  expect(seen).toEqual({ site_title, site_description, public_view })
})

test('a node with its key learns what a probe needs', async () => {
  const { key } = await addServer(site.admin, 'Probe')
  const { monitor_interval_s, data_retention_days } = await read()
  const seen = expectBody(await site.withSecret(key).get('/settings/agent'))
  expect(seen).toEqual({ monitor_interval_s, data_retention_days })
  for (const client of [site.anonymous, site.admin, site.withSecret('wrong')]) {
    expectPlainError(await client.get('/settings/agent'), 401, 'UNAUTHORIZED')
  }
})

test('only an admin sees and changes the settings', async () => {
  const before = await read()
  for (const role of ['operator', 'user', 'viewer'] as const) {
    const { api } = await site.person(role)
    expectPlainError(await api.get('/settings'), 403, 'FORBIDDEN')
    expectPlainError(await api.post('/settings', { allow_registration: true }), 403, 'FORBIDDEN')
  }
  expectPlainError(await site.anonymous.get('/settings'), 401, 'UNAUTHORIZED')
  expectPlainError(await site.anonymous.post('/settings', { allow_registration: true }), 401, 'UNAUTHORIZED')
  expect(await read()).toEqual(before)
})

test.each([
  { site_title: '' },
  { site_title: 7 },
  { max_servers: 0 },
  { max_servers: 1.5 },
  { data_retention_days: 0 },
  { data_retention_days: -30 },
  { monitor_interval_s: 0 },
  { allow_registration: 'yes' },
  { public_view: null },
  { allow_registrations: false },
])('%j is 400, names the field and changes nothing, valid neighbours neither', async (wrong) => {
  const before = await read()
  const answer = await site.admin.post('/settings', { site_description: 'never kept', ...wrong })
  expect(expectPlainError(answer, 400, 'INVALID_REQUEST')).toContain(Object.keys(wrong)[0])
  expect(await read()).toEqual(before)
})

test('who changed what is in the audit log', async () => {
  expectBody(await site.admin.post('/settings', { site_title: 'Audited' }))
  const rows = await site.node
    .sql`select actor, details from audit_log where action = 'settings.change' order by id desc limit 1`
  expect(JSON.stringify(rows[0])).toContain('Audited')
  expect(JSON.stringify(rows[0])).toContain('admin')
})
