import { expect, test } from 'vitest'
import { serverArguments } from './settings.ts'

const base = { clusterFolder: '/d/cluster', socketFolder: '/d/run', port: 5432, loopback: false, durable: true }

test('no network address is opened unless it is asked for', () => {
  expect(serverArguments(base)).toContain('listen_addresses=')
  expect(serverArguments({ ...base, loopback: true })).toContain('listen_addresses=127.0.0.1')
})

test('a commit is on disk before the answer', () => {
  expect(serverArguments(base)).toEqual(
    expect.arrayContaining(['fsync=on', 'synchronous_commit=on', 'full_page_writes=on']),
  )
})
