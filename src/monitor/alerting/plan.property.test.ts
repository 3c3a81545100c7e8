import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DeliveryState, Notice } from '../../contract/notifications.ts'
import { isMoreSevere } from '../alerts/merge.ts'
import { afterNotice } from './after-notice.ts'
import { keyOf, noticeOf, ordered } from './compose.ts'
import { faultKey, type KnownAlert, plan, type Situation, type Told } from './plan.ts'
import { whyUntrue } from './still-true.ts'
import type { AlertingLimits } from './why-notify.ts'

const limits: AlertingLimits = { groupWaitMs: 20, repeatMs: 300, flapWindowMs: 200, flapMax: 4 }
const severities = ['low', 'medium', 'high', 'critical'] as const
/** One region with two nodes, and a node beside it. */
const faults = [
  { nodeId: 1, path: ['root', 'eu', 'db-1'], role: 'probe', type: 'disk_full' },
  { nodeId: 2, path: ['root', 'eu', 'db-2'], role: 'probe', type: 'disk_full' },
  { nodeId: 3, path: ['root', 'eu'], role: 'monitor', type: 'region_unreachable' },
  { nodeId: 4, path: ['root', 'web-1'], role: 'probe', type: 'node_offline' },
] as const
const channel = { id: 1, minSeverity: null, subtree: null, sendResolved: true }

const fault = fc.integer({ min: 0, max: faults.length - 1 })
const rarely = fc.integer({ min: 1, max: 6 }).map((drawn) => drawn === 6)
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('open' as const), fault }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('end' as const), fault }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('worse' as const, 'ack' as const), fault }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('silence' as const), on: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('time' as const), ms: fc.integer({ min: 1, max: 60 }) }) },
  // A pass whose process dies before the commit leaves nothing behind: the same pass comes again.
  { weight: 7, arbitrary: fc.record({ do: fc.constant('pass' as const), dies: rarely }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('send' as const), fails: rarely }) },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

interface Queued {
  key: string
  notice: Notice
  state: DeliveryState
}

/** A monitor with one channel: its alerts, its ledger and its outbox, and what the receiver got. */
function world() {
  let nowMs = 1_000
  let silenced = false
  const alerts: KnownAlert[] = []
  const told = new Map<string, Told>()
  const outbox: Queued[] = []
  const received: Notice[] = []
  const openOf = (which: (typeof faults)[number]) =>
    alerts.find(({ nodeId, status }) => nodeId === which.nodeId && status !== 'resolved')

  const situation = (): Situation => ({
    nowMs,
    selfId: 'root',
    channels: [channel],
    alerts: alerts.map((alert) => ({ ...alert })),
    told: [...told.values()].map((row) => ({
      ...row,
      last: row.last && { ...row.last, delivery: outbox.find(({ key }) => key === row.noticeKey)?.state ?? null },
    })),
    silences: silenced ? [{ id: 1, kind: 'silence', scope: 'eu', matchers: {} }] : [],
  })

  function pass(): number {
    const planned = plan(situation(), limits)
    const rows: Told[] = []
    for (const gathered of planned.notices) {
      const entries = ordered(gathered)
      const key = keyOf(gathered.kind, entries)
      expect(outbox.map((queued) => queued.key)).not.toContain(key)
      const texts = new Map(entries.map(({ alert }) => [alert.uid, textOf(alert)]))
      outbox.push({ key, notice: noticeOf(gathered, entries, texts, { site: 'Cortex', nowMs }), state: 'pending' })
      rows.push(...afterNotice(gathered, key, nowMs, limits))
    }
    for (const row of [...planned.changed, ...rows]) told.set(faultKey(row), row)
    for (const row of planned.forgotten) told.delete(faultKey(row))
    return planned.nextAtMs
  }

  /** The worker sends the oldest notice, if it is still true. */
  function send(fails: boolean): void {
    const queued = outbox.find(({ state }) => state === 'pending')
    if (!queued) return
    const untrue = whyUntrue(queued.notice, (uid) => {
      const alert = alerts.find((one) => one.uid === uid)
      const isBack = alerts.some((one) => one.nodeId === alert?.nodeId && one.status !== 'resolved' && one !== alert)
      const isSilenced = silenced && alert?.path[1] === 'eu'
      return alert && { isOver: alert.status === 'resolved', isBack, severity: alert.severity, isSilenced }
    })
    // A recovery that could not be delivered is given up: here each one can be.
    const hasFailed = fails && queued.notice.kind !== 'resolved'
    queued.state = untrue ? 'dropped' : hasFailed ? 'failed' : 'sent'
    if (queued.state !== 'sent') return
    for (const { uid, severity } of queued.notice.alerts) {
      const alert = alerts.find((one) => one.uid === uid)
      const isOpen = alerts.some((one) => one.nodeId === alert?.nodeId && one.status !== 'resolved')
      if (queued.notice.kind === 'resolved') expect(isOpen, 'a recovery of what fires').toBe(false)
      else
        expect(alert, 'a notice of what is over').toMatchObject({
          severity,
          status: expect.not.stringMatching('resolved'),
        })
    }
    received.push(queued.notice)
  }

  function take(action: Step): void {
    if (action.do === 'time') nowMs += action.ms
    if (action.do === 'silence') silenced = action.on
    if (action.do === 'pass' && !action.dies) pass()
    if (action.do === 'pass' && action.dies) plan(situation(), limits)
    if (action.do === 'send') send(action.fails)
    if (!('fault' in action)) return
    const which = faults[action.fault]
    if (!which) return
    const open = openOf(which)
    if (action.do === 'open' && !open) {
      const id = alerts.length + 1
      alerts.push({
        ...which,
        id,
        uid: `a${id}`,
        subject: '',
        level: 'L3',
        severity: 'medium',
        status: 'new',
        repeatMs: null,
      })
    }
    if (action.do === 'end' && open) open.status = 'resolved'
    if (action.do === 'ack' && open) open.status = 'acknowledged'
    if (action.do === 'worse' && open)
      open.severity = severities[Math.min(3, severities.indexOf(open.severity) + 1)] ?? 'critical'
  }

  return {
    take,
    received,
    /** What the receiver was told last of a fault. */
    lastOf: (which: (typeof faults)[number]) =>
      received.findLast(({ alerts: listed }) => listed.some(({ agent_id }) => agent_id === which.path.at(-1))),
    openOf,
    /** Nothing happens any more, but that time goes by and everything is delivered. */
    settle(): void {
      silenced = false
      for (let round = 0; round < 40; round++) {
        const nextAtMs = pass()
        while (outbox.some(({ state }) => state === 'pending')) send(false)
        nowMs = Number.isFinite(nextAtMs) ? Math.max(nowMs + 1, Math.min(nextAtMs, nowMs + 100)) : nowMs + 100
      }
    },
  }
}

function textOf(alert: KnownAlert): Notice['alerts'][number] {
  const { uid, type, subject, severity, status } = alert
  const agent = alert.path.at(-1) ?? ''
  const path = [...alert.path]
  return { uid, agent_id: agent, agent_name: agent, path, type, subject, severity, status, description: '', since: '' }
}

test('whatever opens, ends, is silenced, dies or is not delivered: no notice is untrue or told twice, and at the end everybody knows what is so', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 60, maxLength: 200, size: 'max' }), (steps) => {
      const monitor = world()
      for (const action of steps) monitor.take(action)
      monitor.settle()

      for (const which of faults) {
        let believed: Notice['alerts'][number] | null = null
        for (const notice of monitor.received) {
          const listed = notice.alerts.find(({ agent_id }) => agent_id === which.path.at(-1))
          if (!listed) continue
          if (notice.kind === 'resolved') {
            expect(believed, 'a recovery of what nobody was told of').not.toBeNull()
            believed = null
          } else if (notice.kind === 'firing') {
            const isNews: boolean = believed === null || isMoreSevere(listed.severity, believed.severity)
            expect(isNews, 'the same told as new twice').toBe(true)
            believed = listed
          } else {
            believed = listed
          }
        }
        const open = monitor.openOf(which)
        const isCovered = which.path[1] === 'eu' && which.nodeId !== 3 && monitor.openOf(faults[2]) !== undefined
        if (!open) expect(believed, 'people believe what is over').toBeNull()
        else if (open.status === 'new' && !isCovered) expect(believed?.severity).toBe(open.severity)
      }
    }),
    { numRuns: 300 },
  )
})
