import { expect, test } from 'vitest'
import { createTransfers, type Ending, type Move } from './transfers.ts'

const settled = () => new Promise<void>((resolve) => setTimeout(resolve, 0))

function rig() {
  const transfers = createTransfers()
  const moves: Array<{ overwrite: boolean; end: (ending: Ending) => void }> = []
  const done: string[] = []
  const move: Move = ({ overwrite, signal, onProgress }) => {
    onProgress(5, 10)
    const { promise, resolve } = Promise.withResolvers<Ending>()
    signal.addEventListener('abort', () => resolve({ state: 'cancelled' }))
    moves.push({ overwrite, end: resolve })
    return promise
  }
  const add = (name: string, exists = false) =>
    transfers.add(
      { kind: 'upload', name, path: `/srv/${name}`, total: 10 },
      { move, onDone: () => done.push(name), exists },
    )
  const states = () => transfers.list().map(({ state }) => state)
  return { transfers, moves, done, add, states }
}

test('two move at once, the next when one is done', async () => {
  const r = rig()
  for (const name of ['a', 'b', 'c']) r.add(name)
  expect(r.states()).toEqual(['moving', 'moving', 'waiting'])
  expect(r.transfers.list()[0]).toMatchObject({ loaded: 5, total: 10 })
  r.moves[0]?.end({ state: 'done' })
  await settled()
  expect(r.states()).toEqual(['done', 'moving', 'moving'])
  expect(r.done).toEqual(['a'])
})

test('what exists waits for a person, and only then replaces', async () => {
  const r = rig()
  r.add('a', true)
  r.add('b')
  r.moves[0]?.end({ state: 'exists' })
  await settled()
  expect(r.states()).toEqual(['exists', 'exists'])
  for (const { id } of r.transfers.list()) r.transfers.overwrite(id)
  expect(r.moves.map(({ overwrite }) => overwrite)).toEqual([false, true, true])
})

test('one that moves, waits or asks can be cancelled; one that failed can be tried again', async () => {
  const r = rig()
  for (const name of ['a', 'b', 'c']) r.add(name)
  r.add('d', true)
  for (const { id } of r.transfers.list()) if (id !== 2) r.transfers.cancel(id)
  r.moves[1]?.end({ state: 'failed', error: 'disk full' })
  await settled()
  expect(r.states()).toEqual(['cancelled', 'failed', 'cancelled', 'cancelled'])
  expect(r.transfers.list()[1]?.error).toBe('disk full')
  r.transfers.retry(2)
  expect(r.states()[1]).toBe('moving')
  r.transfers.clear()
  expect(r.states()).toEqual(['moving'])
})
