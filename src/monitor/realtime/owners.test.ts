import { expect, test, vi } from 'vitest'
import { createOwners } from './owners.ts'

function ownersOf(owned: Record<string, number>, options: { maxWaiting?: number } = {}) {
  const time = { now: 0 }
  const asked: string[] = []
  const failures: unknown[] = []
  const owners = createOwners({
    ownerOf: async (agentId) => {
      asked.push(agentId)
      if (agentId === 'broken') throw new Error('database away')
      return owned[agentId] ?? null
    },
    clock: () => time.now,
    onFailure: (error) => failures.push(error),
    ...options,
  })
  return { owners, asked, failures, time }
}

test('answers keep the order of the questions, whether read or remembered', async () => {
  const { owners, asked } = ownersOf({ a: 1, b: 2 })
  const answers: unknown[] = []
  for (const agentId of ['a', 'b', 'a', 'nobody', 'b']) {
    owners.ask(agentId, (owner) => answers.push([agentId, owner.known && owner.ownerId]))
  }
  await vi.waitFor(() => expect(answers).toHaveLength(5), 20_000)
  expect(answers).toEqual([
    ['a', 1],
    ['b', 2],
    ['a', 1],
    ['nobody', null],
    ['b', 2],
  ])
  expect(asked).toEqual(['a', 'b', 'nobody'])
  owners.ask('a', (owner) => answers.push(owner))
  expect(answers.at(-1)).toEqual({ known: true, ownerId: 1 })
})

test('a new owner is known after at most 5 s', async () => {
  const owned: Record<string, number> = { a: 1 }
  const { owners, time } = ownersOf(owned)
  const answers: unknown[] = []
  owners.ask('a', (owner) => answers.push(owner))
  await vi.waitFor(() => expect(answers).toHaveLength(1), 20_000)
  owned.a = 2
  time.now = 5_000
  owners.ask('a', (owner) => answers.push(owner))
  await vi.waitFor(() => expect(answers.at(-1)).toEqual({ known: true, ownerId: 2 }), 20_000)
})

test('what cannot be read, and what waits too long in line, is said to be unknown', async () => {
  const { owners, failures } = ownersOf({}, { maxWaiting: 1 })
  const answers: unknown[] = []
  owners.ask('broken', (owner) => answers.push(owner))
  owners.ask('a', (owner) => answers.push(owner))
  expect(answers).toEqual([{ known: false }])
  await vi.waitFor(() => expect(answers).toEqual([{ known: false }, { known: false }]), 20_000)
  expect(failures).toHaveLength(1)
})
