import { randomBytes } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import type { UserActor } from './actor.ts'
import { type Tickets, createTickets, ticketLifeS } from './tickets.ts'
import { createTokens } from './tokens.ts'

const actor: UserActor = { kind: 'user', userId: 7, username: 'ada', role: 'operator' }
let now = 1_700_000_000_000
let version = 1
let tickets: Tickets
beforeEach(async () => {
  const clock = () => now
  const tokens = await createTokens({ secretKey: randomBytes(32), clock })
  const sessions = {
    versionOf: async () => version,
    actorOfClaims: async (claims: { ver: number }) => (claims.ver === version ? actor : null),
  }
  tickets = createTickets({ tokens, sessions, clock })
})

test('a ticket opens one socket and no second', async () => {
  const { ticket } = await tickets.issue(actor)
  expect(await tickets.redeem(ticket)).toEqual(actor)
  expect(await tickets.redeem(ticket)).toBeNull()
})

test('of two who use a ticket at the same time one gets in', async () => {
  const { ticket } = await tickets.issue(actor)
  const both = await Promise.all([tickets.redeem(ticket), tickets.redeem(ticket)])
  expect(both.filter((one) => one !== null)).toHaveLength(1)
})

test('a ticket ends by itself', async () => {
  const { ticket } = await tickets.issue(actor)
  now += (ticketLifeS + 1) * 1000
  expect(await tickets.redeem(ticket)).toBeNull()
})

test('a ticket of a user who was changed since is void', async () => {
  const { ticket } = await tickets.issue(actor)
  version++
  expect(await tickets.redeem(ticket)).toBeNull()
})

test('garbage is no ticket', async () => {
  expect(await tickets.redeem('a.b.c')).toBeNull()
})
