import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectBody, expectPlainError } from '../better-monitor/site.ts'
import { type HandLeaf, joinByHand } from '../support/hand-leaf.ts'
import { plantTree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { busy, deskOf, generously, type RuleDesk, statement } from './rule-tree.ts'

const tree = plantTree()
let root: TreeNode
let eu: TreeNode
let atRoot: RuleDesk
let atEu: RuleDesk
let atUs: RuleDesk
let us: TreeNode
let leaf: HandLeaf
beforeAll(async () => {
  // Nobody is offline here unless a test says so: the leaves speak only when they are told to.
  const env = { ...generously, CORTEX_OFFLINE_AFTER_S: '600' }
  root = await tree.monitor('root', { inside: true, env })
  eu = await tree.monitor('eu', { inside: true, parents: [root.url], env })
  us = await tree.monitor('us', { inside: true, parents: [root.url], env })
  leaf = await joinByHand(eu, 'leaf')
  ;[atRoot, atEu, atUs] = await Promise.all([deskOf(root), deskOf(eu), deskOf(us)])
  await atRoot.numberOf('leaf')
})
afterAll(() => tree.close(), 60_000)

const has = (desk: RuleDesk, name: string) =>
  until(`${name} is there`, async () => (await desk.rules()).find((rule) => rule.name === name))
const hasNot = (desk: RuleDesk, name: string) =>
  until(`${name} is gone`, async () => !(await desk.rules()).some((rule) => rule.name === name))
/** The newest alert there of a rule with that threshold, once it is as wanted. */
const alertAt = (desk: RuleDesk, threshold: number, resolved: boolean, agentId = 'leaf') =>
  until(`the alert over ${threshold} of ${agentId} is ${resolved ? 'over' : 'open'}`, async () => {
    const [newest] = (await desk.records()).filter((one) => one.threshold === threshold && one.agent_id === agentId)
    return newest?.resolved === resolved && newest
  })

test('a rule of the root is judged by the region: its alert opens there, is seen at the root, and ends at both', async () => {
  const made = await atRoot.make({ type: 'cpu', threshold: 81, name: 'everywhere', severity: 'critical' })
  expect(await has(atEu, 'everywhere')).toMatchObject({
    type: 'cpu',
    threshold: 81,
    severity: 'critical',
    server_id: null,
    agent_id: null,
    inherited_from: 'root',
  })
  await busy(leaf, 95)
  const below = await alertAt(atEu, 81, false)
  const above = await alertAt(atRoot, 81, false)
  expect(above).toMatchObject({ agent_id: 'leaf', alert_type: 'cpu', value: 95, subject: below.subject })
  await busy(leaf, 10)
  await alertAt(atEu, 81, true)
  await alertAt(atRoot, 81, true)
  expectBody(await atRoot.http.delete(`/alerts/settings/${made.id}`))
  await hasNot(atEu, 'everywhere')
})

test('a rule for one deep server goes to its region alone, and is about that server there', async () => {
  await atRoot.make({ type: 'cpu', threshold: 99, name: 'for all' })
  await atRoot.make({ type: 'cpu', threshold: 82, name: 'one', server_id: await atRoot.numberOf('leaf') })
  expect(await has(atEu, 'one')).toMatchObject({ agent_id: 'leaf', server_id: await atEu.numberOf('leaf') })
  await has(atUs, 'for all')
  expect((await atUs.rules()).map(({ name }) => name)).not.toContain('one')
  const other = await joinByHand(eu, 'other')
  await busy(other, 95)
  await busy(leaf, 95)
  await alertAt(atRoot, 82, false)
  expect((await atEu.records()).filter(({ agent_id }) => agent_id === 'other')).toEqual([])
  await busy(leaf, 10)
})

test('what was handed down is changed where it was made, and nowhere else', async () => {
  await atRoot.make({ type: 'cpu', threshold: 83, name: 'not yours' })
  const { id } = await has(atEu, 'not yours')
  const refused = await atEu.http.put(`/alerts/settings/${id}`, { threshold: 50 })
  expect(expectPlainError(refused, 409, 'CONFLICT')).toContain('root')
  expectPlainError(await atEu.http.delete(`/alerts/settings/${id}`), 409, 'CONFLICT')
  expect(await has(atEu, 'not yours')).toMatchObject({ threshold: 83 })
})

test('a rule changed at the root is judged by its new bounds below; deleted, it takes its alerts along everywhere', async () => {
  const made = await atRoot.make({ type: 'cpu', threshold: 84, name: 'changing' })
  await has(atEu, 'changing')
  await busy(leaf, 90)
  await alertAt(atRoot, 84, false)
  expectBody(await atRoot.http.put(`/alerts/settings/${made.id}`, { threshold: 84.5, duration: 5 }))
  await until('the region has the change', async () => (await has(atEu, 'changing')).threshold === 84.5)
  await busy(leaf, 91)
  await alertAt(atEu, 84.5, false)
  expectBody(await atRoot.http.delete(`/alerts/settings/${made.id}`))
  await alertAt(atEu, 84.5, true)
  await until('nothing of it is open at the root', async () =>
    (await atRoot.records('&only_unresolved=true')).every(({ threshold }) => threshold !== 84 && threshold !== 84.5),
  )
  await hasNot(atEu, 'changing')
  await busy(leaf, 10)
})

test('rules made and deleted while a region is away hold there once it is back, and its alerts follow', async () => {
  const old = await atRoot.make({ type: 'cpu', threshold: 85, name: 'old' })
  await has(atEu, 'old')
  await busy(leaf, 95)
  await alertAt(atRoot, 85, false)
  await eu.stop()
  expectBody(await atRoot.http.delete(`/alerts/settings/${old.id}`))
  await alertAt(atRoot, 85, true)
  await atRoot.make({ type: 'cpu', threshold: 86, name: 'new' })
  await eu.start()
  atEu = await deskOf(eu)
  await has(atEu, 'new')
  await hasNot(atEu, 'old')
  await alertAt(atEu, 85, true)
  await busy(leaf, 95)
  await alertAt(atRoot, 86, false)
  await alertAt(atRoot, 85, true)
  await busy(leaf, 10)
  await alertAt(atRoot, 86, true)
})

test('a region that is cut off judges by what it has, also by rules of its parent', async () => {
  await atRoot.make({ type: 'cpu', threshold: 87, name: 'cut off' })
  await has(atEu, 'cut off')
  await root.stop()
  try {
    await busy(leaf, 95)
    await alertAt(atEu, 87, false)
  } finally {
    await root.start()
  }
  atRoot = await deskOf(root)
  await alertAt(atRoot, 87, false)
  await busy(leaf, 10)
  await alertAt(atRoot, 87, true)
})

test('a restart in the middle of a duration forgets nothing of it', async () => {
  await atEu.make({ type: 'cpu', threshold: 88, duration: 300, name: 'long' })
  await busy(leaf, 95)
  const pending = 'from alert_rule_states s join alert_rules r on r.id = s.rule_id'
  expect(await statement(eu, `select phase ${pending} where r.name = 'long'`)).toEqual([{ phase: 'pending' }])
  await statement(eu, `update alert_rule_states set since = now() - interval '299 seconds'`)
  await eu.stop()
  await eu.start()
  atEu = await deskOf(eu)
  expect((await atEu.records()).filter(({ threshold }) => threshold === 88)).toEqual([])
  await statement(eu, `update alert_rule_states set since = since - interval '1 second'`)
  await busy(leaf, 95)
  await alertAt(atEu, 88, false)
  await busy(leaf, 10)
  await alertAt(atEu, 88, true)
})

test('a leaf that moves to another region takes its rules along: one alert is open, raised where it reports now', async () => {
  const mover = await joinByHand(eu, 'mover')
  await atRoot.make({ type: 'cpu', threshold: 89, name: 'moving', server_id: await atRoot.numberOf('mover') })
  await has(atEu, 'moving')
  await busy(mover, 95)
  const first = await alertAt(atRoot, 89, false, 'mover')
  await mover.moveTo(us)
  await has(atUs, 'moving')
  await hasNot(atEu, 'moving')
  await alertAt(atEu, 89, true, 'mover')
  await busy(mover, 95)
  await alertAt(atUs, 89, false, 'mover')
  const open = await until('one alert is open at the root', async () => {
    const all = await atRoot.records('&only_unresolved=true')
    const records = all.filter(({ agent_id, threshold }) => agent_id === 'mover' && threshold === 89)
    return records.length === 1 && records
  })
  expect(open[0]?.id).not.toBe(first.id)
  await busy(mover, 10)
  await alertAt(atRoot, 89, true, 'mover')
})
