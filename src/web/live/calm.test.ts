import { expect, test, vi } from 'vitest'
import { createCalm } from './calm.ts'

function bench() {
  let value = 0
  const listeners = new Set<() => void>()
  const timers: Array<() => void> = []
  const calm = createCalm({
    source: {
      current: () => value,
      subscribe(listener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    },
    isUrgent: (_held, next) => next >= 100,
    schedule: (run) => void timers.push(run),
  })
  const set = (next: number) => {
    value = next
    for (const listener of listeners) listener()
  }
  return { calm, set, listeners, timers, pass: () => timers.splice(0).forEach((run) => run()) }
}

test('many changes are one step, and what is held does not move in between', () => {
  const { calm, set, timers, pass } = bench()
  const heard = vi.fn()
  calm.subscribe(heard)
  for (let next = 1; next <= 50; next += 1) set(next)
  expect([calm.current(), timers.length, heard.mock.calls.length]).toEqual([0, 1, 0])
  pass()
  expect([calm.current(), heard.mock.calls.length]).toEqual([50, 1])
})

test('what is urgent is shown at once', () => {
  const { calm, set } = bench()
  calm.subscribe(() => undefined)
  set(1)
  set(100)
  expect(calm.current()).toBe(100)
})

test('without a listener it is the value itself, and the source is left', () => {
  const { calm, set, listeners } = bench()
  const leave = calm.subscribe(() => undefined)
  leave()
  expect(listeners.size).toBe(0)
  set(7)
  expect(calm.current()).toBe(7)
})
