import { describe, expect, test } from 'vitest'
import { maxNoticeAlerts, type Notice } from '../../../contract/notifications.ts'
import type { HttpRequest } from '../post.ts'
import { bark } from './bark.ts'
import { dingtalk } from './dingtalk.ts'
import { feishu } from './feishu.ts'
import type { Told } from './sender.ts'
import { serverchan } from './serverchan.ts'
import { slack } from './slack.ts'
import { telegram } from './telegram.ts'
import { wecom } from './wecom.ts'

const hostile = '<!channel> <at user_id="all"></at> <@all> ![x](http://evil.example/x.png) 字'
const notice: Notice = {
  kind: 'firing',
  severity: 'critical',
  site: 'Cortex',
  scope: 'region-a',
  alerts: Array.from({ length: maxNoticeAlerts }, (_, i) => ({
    uid: `a${i}`,
    agent_id: `web-${i}`,
    agent_name: `web ${i} ${hostile}`,
    path: ['root', 'region-a', `web-${i}`],
    type: 'service_down',
    subject: 'nginx',
    severity: 'critical',
    status: 'new',
    description: hostile.repeat(20),
    since: '2026-11-21T03:04:05.000Z',
  })),
  omitted: 1_000,
  at: '2026-11-21T03:05:00.000Z',
}
const told: Told = { uid: 'u1', notice, language: 'zh', nowMs: Date.parse(notice.at) }
const url = 'https://robot.example.com/send'
const bodyOf = (request: HttpRequest) => JSON.parse(request.body) as Record<string, Record<string, string> & string>
const bytes = (text: string) => Buffer.byteLength(text)

describe('the largest notice of hostile nodes fits what the service takes, and still says how many there are', () => {
  test.each<[string, string, (text: string) => number, number]>([
    [
      'telegram',
      bodyOf(telegram.request({ bot_token: '1:a', chat_id: '1', server_url: url }, told))['text']!,
      (text) => text.length,
      4096,
    ],
    ['dingtalk', bodyOf(dingtalk.request({ url }, told))['text']!['content']!, bytes, 20_000],
    ['feishu', bodyOf(feishu.request({ url }, told))['content']!['text']!, bytes, 20_000],
    ['wecom', bodyOf(wecom.request({ url }, told))['text']!['content']!, bytes, 2048],
    ['slack', bodyOf(slack.request({ url }, told))['text']!, (text) => text.length, 40_000],
    ['serverchan', bodyOf(serverchan.request({ send_key: 'SCTa' }, told))['desp']!, bytes, 32_768],
    ['bark', bark.request({ device_key: 'd', server_url: url }, told).body, bytes, 4096],
  ])('%s', (_, text, size, most) => {
    expect(size(text)).toBeLessThanOrEqual(most)
    expect(text).toMatch(/另有 1?[\d,]+ 条/)
    expect(text).toMatch(/region\\?-a/)
  })
})

describe('what a node wrote calls nobody and shows no foreign image', () => {
  test('feishu', () => expect(bodyOf(feishu.request({ url }, told))['content']!['text']).not.toContain('<at'))
  test('slack', () => expect(bodyOf(slack.request({ url }, told))['text']).not.toMatch(/<[!@]/))
  test('serverchan', () =>
    expect(bodyOf(serverchan.request({ send_key: 'SCTa' }, told))['desp']).not.toMatch(/(?<!\\)!(?<!\\)\[/))
})

test.each([
  ['SCT123abc', 'https://sctapi.ftqq.com/SCT123abc.send'],
  ['sctp42tabc', 'https://42.push.ft07.com/send/sctp42tabc.send'],
])('the ServerChan key %s belongs to %s', (send_key, address) => {
  const request = serverchan.request({ send_key }, told)
  expect(request.url).toBe(address)
  expect(Array.from(bodyOf(request)['title']!).length).toBeLessThanOrEqual(32)
})
