import { expect, test } from 'vitest'
import { parseListening, sortedPorts } from './listening.ts'

const tcp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0000 100 0 0 10 0
   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000 100 0 0 10 0
   2: 0100007F:1F90 0100007F:C001 01 00000000:00000000 00:00000000 00000000  1000        0 4713 1 0000 100 0 0 10 0
   3: 0100007F:1F91 0100007F:C002 06 00000000:00000000 00:00000000 00000000     0        0 0 1 0000 100 0 0 10 0
`
const line6 = (address: string) => `sl\n 0: ${address}:01BB ${'0'.repeat(32)}:0000 0A 0:0 00:0 0 0 0 99 1\n`

test('only sockets that listen count, and a port is a number', () => {
  expect([...parseListening(tcp, 'tcp')]).toEqual([
    ['4711', { protocol: 'tcp', address: '127.0.0.1', port: 8080 }],
    ['4712', { protocol: 'tcp', address: '0.0.0.0', port: 80 }],
  ])
})

test.each([
  ['00000000000000000000000000000000', '::'],
  ['00000000000000000000000001000000', '::1'],
  ['B80D0120000000000000000001000000', '2001:db8::1'],
  ['0000000000000000FFFF00000100007F', '127.0.0.1'],
])('the IPv6 address %s is %s', (hex, address) => {
  expect(parseListening(line6(hex), 'tcp').get('99')).toEqual({ protocol: 'tcp', address, port: 443 })
})

test('a UDP socket that has no other end counts', () => {
  const udp =
    'sl\n 0: 00000000:0035 00000000:0000 07 0:0 00:0 0 0 0 55 2\n 1: 00000000:0036 01010101:0035 01 0:0 00:0 0 0 0 56 2\n'
  expect([...parseListening(udp, 'udp').values()]).toEqual([{ protocol: 'udp', address: '0.0.0.0', port: 53 }])
})

test('ports come once and in order', () => {
  const port = (protocol: 'tcp' | 'udp', port: number) => ({ protocol, address: '::', port })
  expect(sortedPorts([port('udp', 53), port('tcp', 443), port('tcp', 80), port('tcp', 443)])).toEqual([
    port('tcp', 80),
    port('tcp', 443),
    port('udp', 53),
  ])
})
