import { expect, test } from 'vitest'
import { parseDiskBytes } from './disk-io.ts'
import { carriesHostTraffic, parseInterfaces } from './network-io.ts'
import { bytesPerSecond } from './rates.ts'

test('disks: whole disks are summed, partitions and loops are not', () => {
  const text = `   7       0 loop0 9 0 900 0 0 0 900 0 0 0 0 0 0 0 0 0 0
 254       0 vda 8565 4986 1397842 3018 2099 28284 2017184 3990 0 1736 7154 3109 42 39600 145 4 0
 254       1 vda1 8565 4986 1397842 3018 2099 28284 2017184 3990 0 1736 7154 3109 42 39600 145 4 0
 259       0 nvme0n1 1 0 2 0 1 0 4 0 0 0 0
 253       0 dm-0 1 0 2 0 1 0 4 0 0 0 0
`
  expect(parseDiskBytes(text)).toEqual({ readBytes: 1397844 * 512, writeBytes: 2017188 * 512 })
})

test('interfaces: received and sent are the right columns, loopback is left out', () => {
  const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:    3193      29    0    0    0     0          0         0     3193      29    0    0    0     0       0          0
  eth0: 393025800   10048    0    0    0     0          0         0   604932    5649    0    0    0     0       0          0
eth0:1:5 0 0 0 0 0 0 0 7 0 0 0 0 0 0 0
`
  expect(parseInterfaces(text)).toEqual([
    { name: 'eth0', bytesRecv: 393025800, bytesSent: 604932 },
    { name: 'eth0:1', bytesRecv: 5, bytesSent: 7 },
  ])
})

test.each([
  ['eth0', true],
  ['enp3s0', true],
  ['wg0', true],
  ['veth12ab', false],
  ['docker0', false],
  ['br-5f3', false],
])('interface %s counts in the sum: %s', (name, counts) => expect(carriesHostTraffic(name)).toBe(counts))

test.each([
  [0, 1000, 1000, 1000],
  [0, 1000, 500, 2000],
  [5000, 10, 1000, 0],
  [0, 10, 0, 0],
])('rate from %i to %i in %i ms is %i bytes a second', (before, after, ms, rate) => {
  expect(bytesPerSecond(before, after, ms)).toBe(rate)
})
