import { expect, test } from 'vitest'
import { createTurns } from './turns.ts'

test('works run one at a time in the order asked, also after a failure', async () => {
  const turns = createTurns({ maxWaiting: 10 })
  const log: string[] = []
  const gate = Promise.withResolvers<void>()
  const first = turns.take(async () => {
    log.push('first begins')
    await gate.promise
    log.push('first ends')
    throw new Error('no')
  })
  const second = turns.take(async () => log.push('second'))
  await Promise.resolve()
  gate.resolve()
  await expect(first).rejects.toThrow('no')
  await second
  expect(log).toEqual(['first begins', 'first ends', 'second'])
})

test('who gives up while waiting is left out; too many waiting are refused', async () => {
  const turns = createTurns({ maxWaiting: 1 })
  const gate = Promise.withResolvers<void>()
  const first = turns.take(() => gate.promise)
  const abort = new AbortController()
  const second = turns.take(async () => expect.unreachable(), abort.signal)
  await expect(turns.take(async () => undefined)).rejects.toMatchObject({ code: 'CONFLICT' })
  abort.abort(new Error('gave up'))
  gate.resolve()
  await first
  await expect(second).rejects.toThrow('gave up')
  await expect(turns.take(async () => 'free again')).resolves.toBe('free again')
})
