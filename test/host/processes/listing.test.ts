import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { processesHost, startChild } from './processes-host.ts'

test('a process is listed with its user, its command, its parent and when it began', async () => {
  const startedMs = Date.now()
  const { pid } = await startChild('sleep', ['299'])
  const host = await processesHost()
  const { processes, count, truncated, timestamp } = await host.list()
  const found = processes.find((process) => process.pid === pid)
  expect(found).toMatchObject({ ppid: process.pid, name: 'sleep', cmd: 'sleep 299', status: 'sleeping', ports: [] })
  expect(found?.username).toBe(
    execFileSync('id', ['-un', process.getuid?.() === 0 ? 'nobody' : ''])
      .toString()
      .trim(),
  )
  expect(found?.memory_rss).toBeGreaterThan(100_000)
  // The kernel's boot time has full seconds.
  expect(Math.abs(Date.parse(found?.create_time ?? '') - startedMs)).toBeLessThan(2_500)
  expect([count, truncated]).toEqual([processes.length, false])
  expect(Math.abs(Date.parse(timestamp) - Date.now())).toBeLessThan(5_000)
})

test('CPU is what is used now, not since the start', async () => {
  const busy = await startChild('sh', ['-c', 'while :; do :; done'])
  const idle = await startChild('sleep', ['299'])
  const host = await processesHost()
  await expect
    .poll(async () => (await host.list()).processes.find(({ pid }) => pid === busy.pid)?.cpu_percent, {
      timeout: 15_000,
    })
    .toBeGreaterThan(20)
  expect((await host.list()).processes.find(({ pid }) => pid === idle.pid)?.cpu_percent).toBe(0)
})

test('ports that a process listens on are its own, TCP and UDP, IPv4 and IPv6', async () => {
  const script = `
    const { createServer } = require('node:net'); const { createSocket } = require('node:dgram')
    const tcp = createServer().listen(0, '127.0.0.1', () => {
      const udp = createSocket('udp4').bind(0, '127.0.0.1', () => console.log(tcp.address().port + ' ' + udp.address().port))
    })`
  const { pid, output } = await startChild(process.execPath, ['-e', script])
  const [line] = (await once(output, 'data')) as [Buffer]
  const [tcp, udp] = line.toString().trim().split(' ').map(Number)
  const host = await processesHost()
  expect((await host.list()).processes.find((process) => process.pid === pid)?.ports).toEqual([
    { protocol: 'tcp', address: '127.0.0.1', port: tcp },
    { protocol: 'udp', address: '127.0.0.1', port: udp },
  ])
})

test('secrets in a command line are hidden', async () => {
  const { pid } = await startChild('sh', ['-c', 'sleep 299; :', 'sh', '--password=hunter2', '--api-key', 'hunter3'])
  const host = await processesHost()
  const cmd = (await host.list()).processes.find((process) => process.pid === pid)?.cmd
  expect(cmd).toMatch(/--password=\[redacted\] --api-key \[redacted\]$/)
})

test('a thousand processes are listed quickly, and nobody waits for it', async () => {
  const { output } = await startChild('sh', ['-c', 'for i in $(seq 1000); do sleep 299 & done; echo ready; wait'])
  await once(output, 'data')
  const host = await processesHost()
  let listing = true
  let longestMs = 0
  const watch = (async () => {
    for (let lastMs = performance.now(); listing;) {
      await setImmediate()
      const nowMs = performance.now()
      longestMs = Math.max(longestMs, nowMs - lastMs)
      lastMs = nowMs
    }
  })()
  const startedMs = performance.now()
  const { count } = await host.list()
  const tookMs = performance.now() - startedMs
  listing = false
  await watch
  expect(count).toBeGreaterThan(1000)
  expect(tookMs).toBeLessThan(3_000)
  expect(longestMs).toBeLessThan(500)
})

test('who asks while a list is made gets that one', async () => {
  const host = await processesHost()
  const lists = await Promise.all(Array.from({ length: 20 }, () => host.list()))
  expect(new Set(lists.map(({ timestamp }) => timestamp)).size).toBe(1)
})
