import { expect, test } from 'vitest'
import { portTexts, shortId, verbsFor } from './container-view.ts'

test('a port open on IPv4 and IPv6 is shown once, one that is bound to an address with it', () => {
  expect(
    portTexts([
      { private_port: 80, public_port: 8080, ip: '0.0.0.0', type: 'tcp' },
      { private_port: 80, public_port: 8080, ip: '::', type: 'tcp' },
      { private_port: 53, public_port: 53, ip: '127.0.0.1', type: 'udp' },
      { private_port: 443, type: 'tcp' },
    ]),
  ).toEqual(['8080→80/tcp', '127.0.0.1:53→53/udp', '443/tcp'])
})

test('what runs can be stopped, what does not can be started', () => {
  expect(verbsFor('running')).toContain('stop')
  expect(verbsFor('running')).not.toContain('start')
  expect(verbsFor('exited')).toEqual(['start', 'delete'])
})

test('ids are short', () => {
  expect(shortId('sha256:0123456789abcdef')).toBe('0123456789ab')
})
