import { expect, test } from 'vitest'
import type { Notice } from '../../contract/notifications.ts'
import { type Standing, whyUntrue } from './still-true.ts'

const open: Standing = { isOver: false, isBack: false, severity: 'high', isSilenced: false }
const over: Standing = { ...open, isOver: true }
const back: Standing = { ...over, isBack: true }
const worse: Standing = { ...open, severity: 'critical' }
const silenced: Standing = { ...open, isSilenced: true }

const noticeOf = (kind: Notice['kind'], count: number): Notice => ({
  kind,
  severity: 'high',
  site: 'Cortex',
  scope: 'eu',
  alerts: Array.from({ length: count }, (_, index) => ({
    uid: String(index),
    agent_id: 'db-3',
    agent_name: 'db-3',
    path: ['root', 'eu', 'db-3'],
    type: 'disk_full',
    subject: '/',
    severity: 'high',
    status: 'new',
    description: '',
    since: '2026-11-21T03:04:05.000Z',
  })),
  omitted: 0,
  at: '2026-11-21T03:04:05.000Z',
})

test.each<[Notice['kind'], Array<Standing | undefined>, string | null]>([
  ['firing', [open], null],
  ['firing', [open, open], null],
  ['firing', [over, over], 'over'],
  ['firing', [undefined], 'over'],
  ['repeat', [over], 'over'],
  ['firing', [open, over], 'superseded'],
  ['firing', [open, worse], 'superseded'],
  ['firing', [silenced, silenced], 'silenced'],
  ['firing', [open, silenced], null],
  ['resolved', [over, over], null],
  ['resolved', [undefined], null],
  ['resolved', [over, back], 'fires-again'],
  ['test', [], null],
])('%s of %j: %s', (kind, standings, expected) => {
  expect(whyUntrue(noticeOf(kind, standings.length), (uid) => standings[Number(uid)])).toBe(expected)
})
