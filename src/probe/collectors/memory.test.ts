import { expect, test } from 'vitest'
import { parseMemory } from './memory.ts'

const meminfo = `MemTotal:       1000 kB
MemFree:         100 kB
MemAvailable:    400 kB
Buffers:          50 kB
Cached:          250 kB
SwapCached:        0 kB
SwapTotal:       200 kB
SwapFree:        150 kB
`

test('used is what is not available; swap apart', () => {
  expect(parseMemory(meminfo)).toEqual({
    totalBytes: 1_024_000,
    usedBytes: 614_400,
    percent: 60,
    swapTotalBytes: 204_800,
    swapUsedBytes: 51_200,
    swapPercent: 25,
  })
})

test('a host without swap has 0 percent of it in use', () => {
  expect(parseMemory('MemTotal: 10 kB\nMemAvailable: 5 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n').swapPercent).toBe(0)
})

test('an old kernel without MemAvailable counts free, buffers and cache', () => {
  expect(parseMemory('MemTotal: 100 kB\nMemFree: 10 kB\nBuffers: 10 kB\nCached: 30 kB\n').percent).toBe(50)
})
