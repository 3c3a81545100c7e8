import { expect, test, vi } from 'vitest'
import { timeout } from '../../contract/errors.ts'
import type { Operations } from '../../monitor/operations/operations.service.ts'
import { answerRequests } from './server-requests.ts'

const actor = { kind: 'user' as const, userId: 1, username: 'ann', role: 'operator' as const }

function answering(call: Operations['call'], maxPerSecond = 100) {
  const said: Array<{ type: string; data: object }> = []
  const failures: unknown[] = []
  const take = answerRequests({
    operations: { call, open: () => Promise.reject(new Error('no stream')), admit: () => Promise.reject(new Error()) },
    actor,
    serverId: 7,
    language: 'en',
    socketId: 's',
    maxPerSecond,
    clock: () => 0,
    newId: () => 'id',
    ended: new AbortController().signal,
    say: async (type, data) => void said.push({ type, data }),
    watchJob: () => undefined,
    onFailure: (error) => failures.push(error),
  })
  return { take: (message: object) => take(JSON.stringify(message)), said, failures }
}
const list = { type: 'process_list', request_id: 'p' }

test('a host that does not answer in time is TIMEOUT, with the id of the request', async () => {
  const { take, said, failures } = answering(() => Promise.reject(timeout('超时', 'out of time')))
  take(list)
  await vi.waitFor(
    () => expect(said).toEqual([{ type: 'error', data: { code: 'TIMEOUT', message: 'out of time', request_id: 'p' } }]),
    20_000,
  )
  expect(failures).toEqual([])
})

test('of a failure of ours only the log hears what it was', async () => {
  const secret = new Error('select password from users')
  const { take, said, failures } = answering(() => Promise.reject(secret))
  take(list)
  await vi.waitFor(() => expect(said).toMatchObject([{ type: 'error', data: { code: 'SERVER_ERROR' } }]), 20_000)
  expect(JSON.stringify(said)).not.toContain('select')
  expect(failures).toEqual([secret])
})

test('one request more in a second than over REST is refused, and asks nothing of the host', async () => {
  const call = vi.fn(() => new Promise<never>(() => undefined))
  const { take, said } = answering(call, 2)
  for (let sent = 0; sent < 3; sent++) take(list)
  expect(said).toMatchObject([{ type: 'error', data: { code: 'RATE_LIMITED', request_id: 'p' } }])
  expect(call).toHaveBeenCalledTimes(2)
})

test('a cancel is heard when everything else is busy', async () => {
  const { take, said } = answering(
    (asked) => new Promise((_, reject) => asked.signal?.addEventListener('abort', () => reject(new Error('gone')))),
  )
  for (let sent = 0; sent < 17; sent++) take({ ...list, request_id: sent })
  take({ type: 'cancel', data: { request_id: 3 } })
  await vi.waitFor(() => expect(said).toContainEqual({ type: 'cancel_response', data: { cancelled: true } }), 20_000)
  expect(said).toContainEqual({
    type: 'error',
    data: expect.objectContaining({ code: 'RATE_LIMITED', request_id: 16 }),
  })
  expect(said).toContainEqual({ type: 'error', data: expect.objectContaining({ code: 'CONFLICT', request_id: 3 }) })
})
