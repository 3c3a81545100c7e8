import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DecisionList } from '../../src/contract/decisions.ts'
import { rulesOf } from '../decisions/tree.ts'
import { startReceiver } from '../notifications/receivers.ts'
import { type HandLeaf, joinByHand } from '../support/hand-leaf.ts'
import { expectData } from '../support/http.ts'
import { type SupervisedService, supervisedService } from '../support/service.ts'
import { plantTree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { rowsOf } from '../tree/kept-state.ts'
import { alertsAbout, statusAt } from '../tree/views.ts'

const preload = resolve(import.meta.dirname, '../support/shifted-clock.mjs')
const hourMs = 3_600_000
const patientMs = 90_000
const env = {
  CORTEX_OFFLINE_AFTER_S: '15',
  CORTEX_ALERTING_GROUP_WAIT_S: '0.2',
  CORTEX_NOTIFICATIONS_ALLOWED_ADDRESSES: '127.0.0.1',
}
const folder = mkdtempSync(join(tmpdir(), 'cortex-clock-'))
const tree = plantTree()
const notices: string[] = []
let receiver: Awaited<ReturnType<typeof startReceiver>>
let root: TreeNode
let region: TreeNode
let repaired: SupervisedService
let asked: SupervisedService
let talker: HandLeaf

/** A clock that the test sets. */
function clock(name: string): {
  options: { preload: string; env: Record<string, string> }
  set(shiftMs: number): void
} {
  const file = join(folder, name)
  const set = (shiftMs: number): void => writeFileSync(file, String(shiftMs))
  set(0)
  return { options: { preload, env: { ...env, CLOCK_SHIFT_FILE: file } }, set }
}
const clocks = { region: clock('region'), repaired: clock('repaired'), asked: clock('asked') }

beforeAll(async () => {
  receiver = await startReceiver(({ text }) => {
    notices.push(text)
    return {}
  })
  const people = rulesOf({ name: 'people_decide', match: { target: 'asked' }, verdict: 'human' })
  root = await tree.monitor('root', { inside: true, env: { ...env, ...people } })
  region = await tree.monitor('region', { ...clocks.region.options, parents: [root.url] })
  const channel = { type: 'webhook', name: 'hook', config: { url: receiver.url } }
  expect(await region.api.post('/../alerts/channels', channel)).toMatchObject({ status: 201 })
  repaired = await supervisedService({ decisions: { cool_down_s: 1 } })
  asked = await supervisedService({ name: 'asked', decisions: { cool_down_s: 1, life_s: 6 } })
  talker = await joinByHand(region, 'talker')
  talker.beat(300)
}, 60_000)
afterAll(async () => {
  talker?.quiet()
  await tree.close()
  repaired?.close()
  asked?.close()
  await receiver?.close()
  rmSync(folder, { recursive: true, force: true })
})

async function skewAt(monitor: TreeNode, agentId: string): Promise<number | null> {
  const [row] = await rowsOf<{ skew: number | null }>(
    monitor.databaseUrl ?? '',
    'select s.clock_skew_ms::float8 as skew from node_states s join nodes n on n.id = s.node_id where n.agent_id = $1',
    agentId,
  )
  return row?.skew ?? null
}
const aboutAnHour = (ms: number | null): number => Math.round((ms ?? 0) / hourMs)

async function decisionsOf(agentId: string) {
  return DecisionList.parse(expectData(await root.api.get(`/decisions?agent_id=${agentId}&limit=1000`))).decisions
}

test('a leaf whose clock is an hour off, and then jumps, is online, its repairs are approved and done once, and the skew is kept', async () => {
  clocks.repaired.set(hourMs)
  const { options } = clocks.repaired
  await tree.leaf('repaired', { ...options, parents: [region.url], env: { ...options.env, ...repaired.env } })
  for (const [round, hours] of [1, -1].entries()) {
    clocks.repaired.set(hours * hourMs)
    repaired.kill()
    await until('its skew is known', async () => aboutAnHour(await skewAt(region, 'repaired')) === hours, patientMs)
    await until(
      'the repair is known at the root',
      async () =>
        (await decisionsOf('repaired')).filter(({ execution_result: result }) => result === 'success').length > round,
      patientMs,
    )
    expect(await repaired.isServing()).toBe(true)
    expect(repaired.starts()).toHaveLength(round + 1)
    expect(await statusAt(root, 'repaired')).toBe('online')
  }
  expect(await alertsAbout(region, 'repaired', 'node_offline')).toEqual([])
}, 180_000)

test('an approval that comes after the life of its request is not run, wherever the clock of the leaf is set meanwhile', async () => {
  const { options } = clocks.asked
  await tree.leaf('asked', { ...options, parents: [region.url], env: { ...options.env, ...asked.env } })
  const [first] = await until(
    'a person is asked',
    async () => {
      const waiting = (await decisionsOf('asked')).filter(({ status }) => status === 'pending')
      return waiting.length > 0 && waiting
    },
    patientMs,
  )
  clocks.asked.set(-hourMs)
  const isAnother = ({ request_id: id }: { request_id: string }): boolean => id !== first?.request_id
  await until('the leaf has given it up', async () => (await decisionsOf('asked')).some(isAnother), patientMs)
  const late = await root.api.post(`/decisions/${first?.decision_id}/approve`, { reason: 'late' })
  expect([200, 409]).toContain(late.status)
  clocks.asked.set(hourMs)
  await until(
    'what is asked now is approved and done',
    async () => {
      for (const { decision_id: id } of (await decisionsOf('asked')).filter(({ status }) => status === 'pending'))
        await root.api.post(`/decisions/${id}/approve`, { reason: 'in time' })
      return await asked.isServing()
    },
    patientMs,
  )
  const done = await until(
    'the result is known',
    async () => {
      const run = (await decisionsOf('asked')).filter(({ execution_result: result }) => result === 'success')
      return run.length > 0 && run
    },
    patientMs,
  )
  expect(done.map(({ request_id: id }) => id)).not.toContain(first?.request_id)
  expect(asked.starts()).toHaveLength(1)
}, 180_000)

test('a monitor whose clock jumps calls nobody offline for it, and still sees who falls silent and tells it', async () => {
  for (const [round, hours] of [1, -1].entries()) {
    const silent = await joinByHand(region, `silent-${round}`)
    await silent.report()
    clocks.region.set(hours * hourMs)
    await until('it keeps the new time', async () => aboutAnHour(await skewAt(region, 'talker')) === -hours, patientMs)
    await until(
      'the silence is an alert',
      async () => (await alertsAbout(root, silent.id, 'node_offline')).length === 1,
      patientMs,
    )
    await until('and is told', () => notices.some((text) => text.includes(silent.id)), patientMs)
    for (const id of ['talker', 'repaired', 'asked']) expect(await alertsAbout(root, id, 'node_offline')).toEqual([])
    expect(await statusAt(root, 'talker')).toBe('online')
  }
}, 240_000)
