import { expect, test } from 'vitest'
import type { Container } from '../../contract/operations/docker.ts'
import type { HostProcess } from '../../contract/operations/processes.ts'
import { daysLeft, runningContainers, runningProcesses } from './seen-on-host.ts'

const process = (name: string, cmd: string, status: HostProcess['status'] = 'sleeping'): HostProcess => ({
  pid: 1,
  ppid: 1,
  name,
  username: 'root',
  status,
  cpu_percent: 0,
  memory_rss: 0,
  create_time: '2026-01-01T00:00:00.000Z',
  cmd,
  ports: [],
})
const listOf = (processes: HostProcess[], truncated = false) => ({
  processes,
  count: processes.length,
  timestamp: '2026-01-01T00:00:00.000Z',
  truncated,
})

test.each<[string, HostProcess[], string, number]>([
  ['by the name the kernel knows', [process('nginx', ''), process('nginxx', '')], 'nginx', 1],
  ['by the program of the command line', [process('MainThread', '/opt/bin/server --port 1')], 'server', 1],
  ['by the title that a program gave itself', [process('x', 'nginx: worker process')], 'nginx', 1],
  ['a long name whole', [process('a-very-long-nam', '/bin/a-very-long-name-2')], 'a-very-long-name-1', 0],
  ['not by an argument', [process('vim', 'vim nginx')], 'nginx', 0],
  ['a zombie does not run', [process('nginx', '', 'zombie')], 'nginx', 0],
  ['as many as there are', [process('php', 'php'), process('php', 'php')], 'php', 2],
])('processes are found %s', (_how, processes, name, count) => {
  expect(runningProcesses(listOf(processes), name)).toEqual({ value: count })
})

test('a list that was cut says nothing of what is not in it', () => {
  expect(runningProcesses(listOf([process('a', 'a')], true), 'nginx')).toBeNull()
  expect(runningProcesses(listOf([process('nginx', '')], true), 'nginx')).toEqual({ value: 1 })
})

const container = (name: string, state: string, id = 'f'.repeat(64)): Container => ({
  id,
  name,
  image: 'busybox',
  status: '',
  state,
  created: '2026-01-01T00:00:00.000Z',
  ports: [],
  command: '',
  mounts: [],
  labels: {},
})

test('a container runs when its state says so; one that does not is named with its state', () => {
  const containers = [container('web', 'running'), container('db', 'exited', 'e'.repeat(64))]
  expect(runningContainers({ containers }, 'web')).toMatchObject({ value: 1 })
  expect(runningContainers({ containers }, 'f'.repeat(12))).toMatchObject({ value: 1 })
  expect(runningContainers({ containers }, 'db')).toEqual({ value: 0, note: 'state: exited' })
  expect(runningContainers({ containers }, 'cache')).toEqual({ value: 0, note: 'there is no such container' })
  expect(runningContainers({ containers, truncated: true }, 'cache')).toBeNull()
})

test('a certificate has the days to its end, and none where it does not hold', () => {
  const certificate = {
    domain: 'www.example.com',
    valid: true,
    issuer: '',
    subject: '',
    not_before: '2026-01-01T00:00:00.000Z',
    not_after: '2026-03-01T00:00:00.000Z',
    days_left: 30,
    san: [],
    path: '',
  }
  const now = Date.parse('2026-02-01T00:00:00.000Z')
  expect(daysLeft(certificate, now)).toEqual({ value: 28 })
  expect(daysLeft({ ...certificate, valid: false }, now)).toMatchObject({ value: 0, note: expect.any(String) })
  expect(daysLeft(certificate, Date.parse('2026-04-01T00:00:00.000Z'))).toEqual({ value: 0 })
})
