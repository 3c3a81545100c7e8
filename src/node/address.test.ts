import { expect, test } from 'vitest'
import { loopbackAddress, publicAddress } from './address.ts'

const server = (host: string, public_url?: string) => ({ host, public_url, port: 3333, trusted_proxies: [] })
const v4 = (address: string, internal: boolean) => ({
  address,
  internal,
  family: 'IPv4' as const,
  netmask: '',
  mac: '',
  cidr: null,
})
const interfaces = { lo: [v4('127.0.0.1', true)], eth0: [v4('192.0.2.7', false)] }

test.each([
  [server('0.0.0.0'), 'http://192.0.2.7:3333', 'http://127.0.0.1:3333'],
  [server('127.0.0.1'), 'http://127.0.0.1:3333', 'http://127.0.0.1:3333'],
  [server('::1'), 'http://[::1]:3333', 'http://[::1]:3333'],
  [server('0.0.0.0', 'https://monitor.example.com/'), 'https://monitor.example.com', 'http://127.0.0.1:3333'],
])('%j is reached at %s, by itself at %s', (config, address, loopback) => {
  expect(publicAddress(config, 3333, interfaces)).toBe(address)
  expect(loopbackAddress(config, 3333)).toBe(loopback)
})

test('a machine without a network names its loopback', () => {
  expect(publicAddress(server('0.0.0.0'), 80, { lo: [v4('127.0.0.1', true)] })).toBe('http://127.0.0.1:80')
})
