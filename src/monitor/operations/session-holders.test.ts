import { expect, test } from 'vitest'
import { createSessionHolders } from './session-holders.ts'

const actor = { kind: 'user' as const, userId: 1, username: 'ann', role: 'operator' as const }

test('a session id opens the socket of its own server, as long as it is attached to in time', () => {
  let now = 0
  const holders = createSessionHolders({ clock: () => now })
  holders.remember('secret-1', { actor, serverId: 7 })
  holders.remember('secret-2', { actor, serverId: 7 })
  expect(holders.take('secret-1', 8)).toBeNull()
  expect(holders.take('secret-1', 7)).toEqual({ actor, serverId: 7 })
  expect(holders.take('other', 7)).toBeNull()
  now = 61_000
  expect(holders.take('secret-1', 7)).not.toBeNull()
  expect(holders.take('secret-2', 7)).toBeNull()
  holders.forget('secret-1')
  expect(holders.take('secret-1', 7)).toBeNull()
})
