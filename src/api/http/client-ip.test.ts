import { expect, test } from 'vitest'
import { clientIp, trustedProxies } from './client-ip.ts'
import { addressSubject } from './rate-limit.ts'

const trusted = trustedProxies(['10.0.0.0/8', '127.0.0.1', 'fd00::/8'])

test.each([
  ['1.2.3.4', undefined, '1.2.3.4'],
  ['::ffff:1.2.3.4', undefined, '1.2.3.4'],
  [undefined, '9.9.9.9', 'unknown'],
  ['1.2.3.4', '9.9.9.9', '1.2.3.4'],
  ['10.0.0.1', '9.9.9.9', '9.9.9.9'],
  ['10.0.0.1', '9.9.9.9, 10.0.0.2', '9.9.9.9'],
  ['10.0.0.1', '6.6.6.6, 9.9.9.9, 10.0.0.2', '9.9.9.9'],
  ['10.0.0.1', 'nonsense', '10.0.0.1'],
  ['10.0.0.1', '6.6.6.6, nonsense, 10.0.0.2', '10.0.0.2'],
  ['10.0.0.1', '10.0.0.3', '10.0.0.3'],
  ['127.0.0.1', '9.9.9.9:4711', '9.9.9.9'],
  ['fd00::1', '[2001:db8::1]:80', '2001:db8::1'],
  ['::ffff:10.0.0.1', '::ffff:9.9.9.9', '9.9.9.9'],
])('a request over %s with X-Forwarded-For %j comes from %s', (remote, forwardedFor, client) => {
  expect(clientIp(remote, forwardedFor, trusted)).toBe(client)
})

test.each([
  ['1.2.3.4', '1.2.3.4'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('the rate of %s is counted as %s', (ip, subject) => {
  expect(addressSubject(ip)).toBe(subject)
})
