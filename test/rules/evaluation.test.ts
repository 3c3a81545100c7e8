import { afterAll, beforeAll, expect, test } from 'vitest'
import { AlertRecordList } from '../../src/contract/better-monitor/alert-records.ts'
import { AlertSettingAnswer } from '../../src/contract/better-monitor/alert-settings.ts'
import { addServer, expectBody, measured, type Site, startSite } from '../better-monitor/site.ts'

let site: Site
beforeAll(async () => {
  site = await startSite()
})
afterAll(() => site?.close())

interface Watched {
  id: number
  agentId: string
  /** Sends measurements in which these differ from the ordinary. */
  measure(more: Partial<typeof measured>): Promise<void>
  /** Its alerts of that type, newest first. */
  records(
    type?: string,
  ): Promise<Array<{ id: number; resolved: boolean; value: number | null; threshold: number | null }>>
  rule(body: Record<string, unknown>): Promise<number>
}

async function watch(name: string): Promise<Watched> {
  const { id, agentId, key } = await addServer(site.admin, name)
  return {
    id,
    agentId,
    async measure(more) {
      expectBody(await site.withSecret(key).post(`/servers/${id}/monitor`, { ...measured, ...more }))
    },
    async records(type = 'cpu') {
      const answer = await site.admin.get(`/alerts/records?server_id=${id}&alert_type=${type}`)
      return AlertRecordList.parse(expectBody(answer)).records
    },
    async rule(body) {
      const answer = await site.admin.post('/alerts/settings', { type: 'cpu', duration: 0, server_id: id, ...body })
      return AlertSettingAnswer.parse(expectBody(answer, 201)).setting.id
    },
  }
}

/** What is counted since a while: as if the breach had begun, and the last sample had come, so long ago. */
async function asIfBegun(ruleId: number, sinceS: number, lastS: number): Promise<void> {
  await site.node.sql`update alert_rule_states set since = now() - make_interval(secs => ${sinceS}),
    last_at = now() - make_interval(secs => ${lastS}) where rule_id = ${ruleId}`
}
const phaseOf = async (ruleId: number) =>
  (await site.node.sql`select phase from alert_rule_states where rule_id = ${ruleId}`).map((row) => row['phase'])

test('a rule without a duration opens an alert with the first bad figure, counts it, and ends it beyond recovery', async () => {
  const web = await watch('opens')
  const rule = await web.rule({ threshold: 80, name: 'busy', severity: 'critical' })
  await web.measure({ cpu_usage: 79 })
  expect(await web.records()).toEqual([])
  await web.measure({ cpu_usage: 91 })
  await web.measure({ cpu_usage: 93 })
  const [record] = await web.records()
  expect(record).toMatchObject({ resolved: false, value: 93, threshold: 80 })
  const { body } = await site.node.admin.get(`/alerts/${record?.id}`)
  expect(body).toMatchObject({
    data: {
      agent_id: web.agentId,
      level: 'L3',
      type: 'cpu',
      severity: 'critical',
      origin: 'rule',
      occurrences: 2,
      value: 93,
      threshold: 80,
      details: { rule: 'busy', value: 93, threshold: 80, duration_s: 0 },
    },
  })
  await web.measure({ cpu_usage: 77 })
  expect(await web.records()).toMatchObject([{ resolved: false }])
  await web.measure({ cpu_usage: 70 })
  expect(await web.records()).toMatchObject([{ id: record?.id, resolved: true }])
  expect(await phaseOf(rule)).toEqual([])
})

test.each<[string, Record<string, unknown>, Partial<typeof measured>, number]>([
  ['memory', { threshold: 90 }, { memory_used: 95, memory_total: 100 }, 95],
  ['disk', { threshold: 90 }, { disk_used: 96, disk_total: 100 }, 96],
  ['network', { threshold: 5_000 }, { network_in: 10, network_out: 6_000 }, 6_000],
  ['load', { threshold: 8 }, { load_avg_1: 9 }, 9],
])('a rule about %s sees its figure', async (type, terms, bad, value) => {
  const web = await watch(`figure-${type}`)
  await web.rule({ type, ...terms })
  await web.measure({})
  expect(await web.records(type)).toEqual([])
  await web.measure(bad)
  expect(await web.records(type)).toMatchObject([{ value, resolved: false }])
})

test('with a duration nothing is raised before it is over, a good figure begins it anew, and so does a gap', async () => {
  const web = await watch('holds')
  const rule = await web.rule({ threshold: 80, duration: 300 })
  await web.measure({ cpu_usage: 95 })
  expect(await phaseOf(rule)).toEqual(['pending'])
  await asIfBegun(rule, 290, 10)
  await web.measure({ cpu_usage: 95 })
  expect(await web.records()).toEqual([])
  await web.measure({ cpu_usage: 50 })
  expect(await phaseOf(rule)).toEqual([])

  // The monitor of these tests takes a node for gone after 7200 s.
  await web.measure({ cpu_usage: 95 })
  await asIfBegun(rule, 9_000, 8_000)
  await web.measure({ cpu_usage: 95 })
  expect(await web.records()).toEqual([])

  await asIfBegun(rule, 300, 10)
  await web.measure({ cpu_usage: 95 })
  expect(await web.records()).toMatchObject([{ resolved: false }])
})

test('several rules of one metric open an alert each', async () => {
  const web = await watch('several')
  await web.rule({ threshold: 80, severity: 'medium' })
  await web.rule({ threshold: 95, severity: 'critical' })
  await web.measure({ cpu_usage: 90 })
  expect(await web.records()).toMatchObject([{ threshold: 80 }])
  await web.measure({ cpu_usage: 99 })
  expect(new Set((await web.records()).map(({ threshold }) => threshold))).toEqual(new Set([80, 95]))
})

test('a rule for one server says nothing of another, one for all does, also of a server that is added later', async () => {
  const [mine, foreign] = [await watch('mine'), await watch('foreign')]
  await mine.rule({ type: 'load', threshold: 100 })
  await foreign.measure({ load_avg_1: 200 })
  expect(await foreign.records('load')).toEqual([])
  const all = await mine.rule({ type: 'load', threshold: 150, server_id: null })
  const later = await watch('later')
  await later.measure({ load_avg_1: 200 })
  expect(await later.records('load')).toMatchObject([{ threshold: 150 }])
  expectBody(await site.admin.delete(`/alerts/settings/${all}`))
})

test('what somebody resolves by hand while it is still bad has to hold as long again', async () => {
  const web = await watch('by-hand')
  const rule = await web.rule({ threshold: 80, duration: 60 })
  await web.measure({ cpu_usage: 95 })
  await asIfBegun(rule, 60, 1)
  await web.measure({ cpu_usage: 95 })
  const [record] = await web.records()
  expectBody(await site.admin.post(`/alerts/records/${record?.id}/resolve`))
  await web.measure({ cpu_usage: 95 })
  expect(await web.records()).toMatchObject([{ id: record?.id, resolved: true }])
  await asIfBegun(rule, 60, 1)
  await web.measure({ cpu_usage: 95 })
  expect(await web.records()).toMatchObject([{ resolved: false }, { id: record?.id, resolved: true }])
})

test.each<[string, (id: number) => Promise<unknown>]>([
  ['deleted', (id) => site.admin.delete(`/alerts/settings/${id}`)],
  ['switched off', (id) => site.admin.put(`/alerts/settings/${id}`, { enabled: false })],
  ['turned to another metric', (id) => site.admin.put(`/alerts/settings/${id}`, { type: 'memory', threshold: 99.9 })],
])('a rule that is %s takes its open alerts along', async (what, change) => {
  const web = await watch(`ends-${what.slice(0, 4)}`)
  const rule = await web.rule({ threshold: 80 })
  await web.measure({ cpu_usage: 95 })
  expect(await web.records()).toMatchObject([{ resolved: false }])
  await change(rule)
  expect(await web.records()).toMatchObject([{ resolved: true }])
  await web.measure({ cpu_usage: 95 })
  expect(await web.records()).toMatchObject([{ resolved: true }])
})

test('an alert that is open is judged by the new bounds of a rule that was changed', async () => {
  const web = await watch('new-bounds')
  const rule = await web.rule({ threshold: 80 })
  await web.measure({ cpu_usage: 90 })
  expectBody(await site.admin.put(`/alerts/settings/${rule}`, { threshold: 95 }))
  expect(await web.records()).toMatchObject([{ resolved: false }])
  await web.measure({ cpu_usage: 90 })
  expect(await web.records()).toMatchObject([{ resolved: true }])
})

test('reports of a backlog raise nothing', async () => {
  const leaf = await site.node.join('backlog-leaf')
  expectBody(await site.admin.post('/alerts/settings', { type: 'cpu', threshold: 98.5, duration: 0 }), 201)
  const metrics = { cpu_percent: 99, memory_percent: 1, disk_percent: 1, load_average: [0, 0, 0], uptime_seconds: 1 }
  const report = { agent_id: 'backlog-leaf', timestamp: new Date().toISOString(), status: 'healthy', metrics }
  expect((await leaf.api.post('/reports/batch', { reports: [{ ...report, report_uid: 'late' }] })).status).toBe(200)
  const open = await site.node.sql`
    select a.id from alerts a join nodes n on n.id = a.node_id where n.agent_id = 'backlog-leaf' and a.origin = 'rule'`
  expect([...open]).toEqual([])
  expect((await leaf.api.post('/reports', { ...report, report_uid: 'live' })).status).toBe(200)
  const [live] = await site.node.sql`
    select a.status from alerts a join nodes n on n.id = a.node_id where n.agent_id = 'backlog-leaf' and a.origin = 'rule'`
  expect(live).toEqual({ status: 'new' })
})

test('a hundred reports at once, each with a rule broken and one deleted meanwhile, leave no alert of the deleted rule', async () => {
  const nodes = await Promise.all(Array.from({ length: 20 }, (_, n) => watch(`storm-${n}`)))
  const rule = await nodes[0]!.rule({ type: 'network', threshold: 1e9, server_id: null })
  const storm = nodes.flatMap((node) => Array.from({ length: 5 }, () => node.measure({ network_in: 2e9 })))
  const deleted = site.admin.delete(`/alerts/settings/${rule}`)
  await Promise.all([...storm, deleted])
  const open = await site.node
    .sql`select id from alerts where type = 'network' and threshold = 1e9 and status <> 'resolved'`
  expect([...open]).toEqual([])
})
