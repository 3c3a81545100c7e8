import { describe, expect, test } from 'vitest'
import { createAddressGuard, isPublicAddress } from './addresses.ts'

describe('an address that is not of the public internet is told apart', () => {
  test.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.255.254',
    '168.63.129.16',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.7',
    '203.0.113.9',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:a9fe:a9fe',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::8.8.8.8',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    'localhost',
    '',
    '2130706433',
  ])('%s', (address) => expect(isPublicAddress(address)).toBe(false))

  test.each([
    '1.1.1.1',
    '8.8.8.8',
    '100.63.255.255',
    '172.32.0.1',
    '192.169.0.1',
    '223.255.255.255',
    '2606:4700::1111',
    '::ffff:8.8.8.8',
  ])('%s is public', (address) => expect(isPublicAddress(address)).toBe(true))
})

describe('the guard', () => {
  const names: Record<string, string[]> = {
    'public.example': ['8.8.8.8'],
    'inside.example': ['10.0.0.7'],
    'both.example': ['10.0.0.7', '8.8.4.4'],
    'mapped.example': ['::ffff:10.0.0.7'],
    'own.example': ['192.168.7.7'],
  }
  const asked: string[] = []
  const lookup = async (host: string) => {
    asked.push(host)
    const found = names[host]
    if (!found) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })
    return found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  }
  const guard = createAddressGuard({ allowed: ['10.9.0.0/16', 'own.example', 'fd00:1::/32', '127.0.0.1'], lookup })
  const reasonOf = async (host: string) => await guard.resolve(host).catch((error: { reason: string }) => error.reason)

  test.each([
    ['public.example', { address: '8.8.8.8', family: 4 }],
    ['PUBLIC.example.', { address: '8.8.8.8', family: 4 }],
    ['both.example', { address: '8.8.4.4', family: 4 }],
    ['own.example', { address: '192.168.7.7', family: 4 }],
    ['10.9.3.4', { address: '10.9.3.4', family: 4 }],
    ['127.0.0.1', { address: '127.0.0.1', family: 4 }],
    ['[fd00:1::5]', { address: 'fd00:1::5', family: 6 }],
  ])('%s leads to its public or allowed address', async (host, address) => {
    expect(await guard.resolve(host)).toEqual(address)
  })

  test.each(['inside.example', 'mapped.example', '10.8.0.1', '127.0.0.2', '[::1]', '169.254.169.254'])(
    '%s is refused',
    async (host) => expect(await reasonOf(host)).toBe('address_refused'),
  )

  test('a name is asked for once, and one that nobody knows may be known later', async () => {
    asked.length = 0
    expect(await reasonOf('unknown.example')).toBe('dns_failed')
    await guard.resolve('public.example')
    expect(asked).toEqual(['unknown.example', 'public.example'])
  })
})
