import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectData, expectError } from '../support/http.ts'
import { type ApiNode, issue, type Leaf, type Person, startApiNode } from './api-node.ts'
import { newSilence, silenceOf } from './operations.ts'
import { stateOf } from './state.ts'

let node: ApiNode
let leaf: Leaf
let foreign: Leaf
let operator: Person
let owner: Person
beforeAll(async () => {
  node = await startApiNode()
  leaf = await node.join('node-mine')
  foreign = await node.join('node-foreign')
  operator = await node.person('operator')
  owner = await node.person('user')
  await node.own(leaf.agentId, owner)
})
afterAll(() => node?.close())

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
const states = (list: unknown) => (list as Array<{ id: number; state: string }>).map(({ id, state }) => [id, state])

test('POST /silences: says when it holds and who made it, and leaves an audit entry and a note', async () => {
  const made = expectData(await operator.api.post('/silences', silenceOf(leaf, { matchers: { type: 'disk_*' } })), 201)
  expect(made).toMatchObject({
    kind: 'silence',
    scope: 'node-mine',
    matchers: { type: 'disk_*' },
    recurrence: null,
    reason: 'work on the disks',
    created_by: operator.username,
    state: 'active',
    window: { starts_at: made['starts_at'], ends_at: made['ends_at'] },
    inherited_from: null,
  })
  const [entry] = await node.sql`select actor, action, target from audit_log order by id desc limit 1`
  expect(entry).toEqual({ actor: operator.username, action: 'silence.create', target: 'node-mine' })
  const { intents } = expectData(await node.admin.get('/intents?type=note&agent_id=node-mine&limit=1'))
  expect(intents).toMatchObject([{ actor: operator.username, data: expect.stringContaining('work on the disks') }])
})

test('PUT changes it, DELETE ends it, and then both are 409 and change nothing', async () => {
  const id = await newSilence(node, leaf)
  const later = silenceOf(leaf, { starts_at: inHours(1), ends_at: inHours(2), reason: 'later' })
  expect(expectData(await operator.api.put(`/silences/${id}`, later))).toMatchObject({ id, state: 'pending' })
  const ended = expectData(await operator.api.delete(`/silences/${id}`))
  expect(ended).toMatchObject({ id, state: 'expired', window: null })
  expect(expectData(await operator.api.get(`/silences/${id}`))).toEqual(ended)
  const before = await stateOf(node.sql)
  expectError(await operator.api.delete(`/silences/${id}`), 409, 'CONFLICT')
  expectError(await operator.api.put(`/silences/${id}`, silenceOf(leaf)), 409, 'CONFLICT')
  expect(await stateOf(node.sql)).toEqual(before)
})

test('GET /silences: by state, kind and node', async () => {
  const area = await node.join('node-listed')
  const ids: Record<string, number> = {}
  const make = async (name: string, more: Record<string, unknown>) => {
    ids[name] = Number(expectData(await node.admin.post('/silences', silenceOf(area, more)), 201)['id'])
  }
  await make('now', {})
  await make('later', { starts_at: inHours(1), ends_at: inHours(2), kind: 'maintenance' })
  await make('over', {})
  await node.admin.delete(`/silences/${ids['over']}`)
  await make('elsewhere', { scope: 'node-foreign' })
  await make('everywhere', { scope: null })
  const list = async (query: string) => {
    const found = expectData(await node.admin.get(`/silences?agent_id=node-listed&${query}`))
    return { ...found, silences: states(found['silences']) }
  }
  expect(await list('')).toMatchObject({
    total: 4,
    silences: [
      [ids['everywhere'], 'active'],
      [ids['over'], 'expired'],
      [ids['later'], 'pending'],
      [ids['now'], 'active'],
    ],
  })
  expect((await list('state=active')).silences).toEqual([
    [ids['everywhere'], 'active'],
    [ids['now'], 'active'],
  ])
  expect((await list('state=expired')).silences).toEqual([[ids['over'], 'expired']])
  expect((await list('kind=maintenance')).silences).toEqual([[ids['later'], 'pending']])
  expect(await list('state=active&limit=1&offset=1')).toMatchObject({ total: 2, silences: [[ids['now'], 'active']] })
  expect(expectData(await node.admin.get('/silences?agent_id=nobody'))).toMatchObject({ total: 0, silences: [] })
  await node.admin.delete(`/silences/${ids['everywhere']}`)
})

describe('what is no silence is 400, names the field, and changes nothing', () => {
  const weekly = { weekdays: [6], time: '22:00', duration_minutes: 60, time_zone: 'Asia/Shanghai' }
  const window = { kind: 'maintenance', ends_at: null, recurrence: weekly }
  test.each([
    ['ends_at', { ends_at: null }],
    ['ends_at', { ends_at: '2020-01-01T00:00:00Z' }],
    ['ends_at', { starts_at: inHours(2), ends_at: inHours(1) }],
    ['reason', { reason: '' }],
    ['kind', { kind: 'holiday' }],
    ['scope', { scope: '../etc' }],
    ['matchers.severity', { matchers: { severity: 'awful' } }],
    ['matchers', { matchers: { host: 'x' } }],
    ['recurrence', { ...window, kind: 'silence' }],
    ['recurrence.time', { ...window, recurrence: { ...weekly, time: '24:00' } }],
    ['recurrence.time_zone', { ...window, recurrence: { ...weekly, time_zone: 'Mars/Olympus' } }],
    ['recurrence.weekdays', { ...window, recurrence: { ...weekly, weekdays: [1, 1] } }],
    ['recurrence.weekdays.0', { ...window, recurrence: { ...weekly, weekdays: [0] } }],
    ['recurrence.duration_minutes', { ...window, recurrence: { ...weekly, duration_minutes: 0 } }],
    ['recurrence', { ...window, ends_at: inHours(1), recurrence: { ...weekly, weekdays: [otherDay()] } }],
  ])('%s: %j', async (field, more) => {
    const before = await stateOf(node.sql)
    const error = expectError(await node.admin.post('/silences', silenceOf(leaf, more)), 400, 'INVALID_REQUEST')
    expect((error.details['issues'] as Array<{ path: string }>).map(({ path }) => path)).toContain(field)
    expect(await stateOf(node.sql)).toEqual(before)
  })

  test('a window that comes back and never ends is sound', async () => {
    const made = expectData(await node.admin.post('/silences', silenceOf(leaf, window)), 201)
    expect(made).toMatchObject({ kind: 'maintenance', ends_at: null, recurrence: weekly })
    expect(made['window']).not.toBeNull()
    await node.admin.delete(`/silences/${String(made['id'])}`)
  })
})

/** A day of the week that is neither today nor near it, in any zone. */
function otherDay(): number {
  return ((new Date().getUTCDay() + 2) % 7) + 1
}

test('a scope that is not there is 404', async () => {
  expectError(await node.admin.post('/silences', silenceOf(leaf, { scope: 'nobody' })), 404, 'NOT_FOUND')
  expectError(await node.admin.get('/silences/999999'), 404, 'NOT_FOUND')
})

test('role user: silences its own servers, sees what covers them, and neither makes nor sees others', async () => {
  const own = Number(expectData(await owner.api.post('/silences', silenceOf(leaf)), 201)['id'])
  const foreignId = await newSilence(node, foreign)
  const all = Number(expectData(await node.admin.post('/silences', silenceOf(leaf, { scope: null })), 201)['id'])
  const before = await stateOf(node.sql)
  expectError(await owner.api.post('/silences', silenceOf(foreign)), 404, 'NOT_FOUND')
  expectError(await owner.api.post('/silences', silenceOf(leaf, { scope: null })), 403, 'FORBIDDEN')
  expectError(await owner.api.put(`/silences/${own}`, silenceOf(leaf, { scope: null })), 403, 'FORBIDDEN')
  expectError(await owner.api.put(`/silences/${own}`, silenceOf(foreign)), 404, 'NOT_FOUND')
  expectError(await owner.api.get(`/silences/${foreignId}`), 404, 'NOT_FOUND')
  expectError(await owner.api.delete(`/silences/${foreignId}`), 404, 'NOT_FOUND')
  expectError(await owner.api.delete(`/silences/${all}`), 403, 'FORBIDDEN')
  expect(await stateOf(node.sql)).toEqual(before)
  const seen = states(expectData(await owner.api.get('/silences?state=active'))['silences']).map(([id]) => id)
  expect(seen).toEqual(expect.arrayContaining([own, all]))
  expect(seen).not.toContain(foreignId)
  expect(expectData(await owner.api.get('/silences'))['total']).toBeGreaterThanOrEqual(seen.length)
  expectData(await owner.api.delete(`/silences/${own}`))
  await node.admin.delete(`/silences/${all}`)
})

test('a silenced alert stays in the list and says by what it is silenced, as long as it is', async () => {
  const host = await node.join('node-quiet')
  await host.report({ status: 'critical', issues: [issue('disk_full', { subject: '/var' }), issue('cpu_high')] })
  const made = silenceOf(host, { matchers: { type: 'disk_*' } })
  const id = Number(expectData(await node.admin.post('/silences', made), 201)['id'])
  const silenced = async () => {
    const { alerts } = expectData(await node.admin.get('/alerts?agent_id=node-quiet'))
    return Object.fromEntries(
      (alerts as Array<{ type: string; silenced_by: number[] }>).map((a) => [a.type, a.silenced_by]),
    )
  }
  expect(await silenced()).toEqual({ disk_full: [id], cpu_high: [] })
  await node.admin.delete(`/silences/${id}`)
  expect(await silenced()).toEqual({ disk_full: [], cpu_high: [] })
})
