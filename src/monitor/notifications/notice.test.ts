import { describe, expect, test } from 'vitest'
import type { Notice, NoticeAlert } from '../../contract/notifications.ts'
import { bodyOf, type TextStyle, titleOf } from './notice.ts'

const alert: NoticeAlert = {
  uid: 'a1',
  agent_id: 'web-1',
  agent_name: 'Web 1',
  path: ['root', 'region-a', 'web-1'],
  type: 'service_down',
  subject: 'nginx',
  severity: 'critical',
  status: 'new',
  description: 'nginx is down',
  since: '2026-11-21T03:04:05.678Z',
}
const notice: Notice = {
  kind: 'firing',
  severity: 'critical',
  site: 'Cortex',
  scope: 'region-a',
  alerts: [alert],
  omitted: 0,
  at: '2026-11-21T03:05:00.000Z',
}
const plain: TextStyle = { escape: (text) => text, lineBreak: '\n', fits: () => true }
const upTo = (chars: number): TextStyle => ({ ...plain, fits: (text) => text.length <= chars })

describe('the title says what, how severe and where', () => {
  test.each([
    ['zh', notice, '【故障·严重】Web 1：nginx is down'],
    ['en', notice, '[FIRING critical] Web 1: nginx is down'],
    ['zh', { ...notice, kind: 'resolved' }, '【恢复】Web 1：nginx is down'],
    ['en', { ...notice, kind: 'repeat' }, '[STILL FIRING critical] Web 1: nginx is down'],
    ['zh', { ...notice, alerts: [alert, alert], omitted: 38 }, '【故障·严重】region-a：40 条告警'],
    ['en', { ...notice, alerts: [alert], omitted: 1 }, '[FIRING critical] region-a: 2 alerts'],
    ['en', { ...notice, kind: 'test', alerts: [] }, '[TEST] Cortex'],
  ] as const)('%s, %#', (language, given, title) => {
    expect(titleOf(given as Notice, language)).toBe(title)
  })

  test('in one line of at most 120 characters, whatever a node calls itself', () => {
    const hostile = { ...alert, agent_name: 'a\r\nBcc: x@example.com\u202e', description: '长'.repeat(500) }
    const title = titleOf({ ...notice, alerts: [hostile] }, 'zh')
    expect(title).not.toMatch(/[\r\n\u202e]/)
    expect(Array.from(title)).toHaveLength(120)
  })
})

describe('the body', () => {
  test('tells each alert with its place, figures and beginning', () => {
    const measured = { ...alert, type: 'cpu', subject: 'cpu', value: 97.5, threshold: 90 }
    expect(bodyOf({ ...notice, alerts: [alert, measured], omitted: 3 }, 'en', plain).split('\n')).toEqual([
      'critical | Web 1 (root/region-a/web-1) | service_down nginx | nginx is down | since 2026-11-21 03:04:05 UTC',
      'critical | Web 1 (root/region-a/web-1) | cpu | nginx is down | now 97.5, threshold 90 | since 2026-11-21 03:04:05 UTC',
      '… and 3 more',
      'Cortex · 2026-11-21 03:05:00 UTC',
    ])
  })

  test('lists as many alerts as the service takes and counts the rest', () => {
    const many = { ...notice, alerts: Array.from({ length: 40 }, () => alert), omitted: 10 }
    const body = bodyOf(many, 'zh', upTo(1000))
    expect(body.length).toBeLessThanOrEqual(1000)
    const listed = body.split('\n').filter((line) => line.startsWith('严重')).length
    expect(listed).toBeGreaterThan(3)
    expect(body).toContain(`……另有 ${50 - listed} 条`)
  })

  test('shortens the only alert rather than leave it out, as long as something of it fits', () => {
    const long = { ...notice, alerts: [{ ...alert, description: 'x'.repeat(5000) }] }
    const body = bodyOf(long, 'en', upTo(300))
    expect(body.length).toBeLessThanOrEqual(300)
    expect(body).toContain('Web 1')
    expect(body).toContain('…')
  })

  test('quotes what a node wrote as the service needs it', () => {
    const style = { ...plain, escape: (text: string) => text.replaceAll('<', '&lt;') }
    const body = bodyOf({ ...notice, alerts: [{ ...alert, description: '<!channel>\nsecond line' }] }, 'en', style)
    expect(body).toContain('&lt;!channel> second line')
  })
})
