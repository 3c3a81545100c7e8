import { expect, test } from 'vitest'
import { createOneAtATime } from './one-at-a-time.ts'

test('acts on one thing never overlap, those on another do not wait, and a failure holds nobody up', async () => {
  const turns = createOneAtATime()
  const log: string[] = []
  const gate = Promise.withResolvers<void>()
  const first = turns.run('a', async () => {
    log.push('a1 begins')
    await gate.promise
    log.push('a1 fails')
    throw new Error('no')
  })
  const second = turns.run('a', async () => void log.push('a2'))
  await turns.run('b', async () => void log.push('b'))
  gate.resolve()
  await expect(first).rejects.toThrow('no')
  await second
  expect(log).toEqual(['a1 begins', 'b', 'a1 fails', 'a2'])
})
