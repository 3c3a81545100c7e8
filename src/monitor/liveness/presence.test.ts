import { expect, test } from 'vitest'
import { createPresence } from './presence.ts'

const start = 1_800_000_000_000

function presenceAt() {
  const time = { now: start }
  return { time, presence: createPresence({ clock: () => time.now, maxGapMs: 1_000 }) }
}

test('as long as it looks often, it has been here since its start', () => {
  const { time, presence } = presenceAt()
  for (let look = 0; look < 5; look++) {
    time.now += 1_000
    presence.tick()
  }
  expect(presence.sinceMs()).toBe(start)
})

test.each([
  ['a long gap', 1_001],
  ['a clock that is set an hour ahead', 3_600_000],
  ['a clock that is set an hour back', -3_600_000],
])('after %s it counts from now', (_what, jumpMs) => {
  const { time, presence } = presenceAt()
  time.now += jumpMs
  presence.tick()
  expect(presence.sinceMs()).toBe(start + jumpMs)
})
