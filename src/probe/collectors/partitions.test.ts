import { expect, test } from 'vitest'
import { useOf } from './partitions.ts'

test('percent is what df says: blocks reserved for root are not free', () => {
  const use = useOf({ bsize: 4096, blocks: 1000, bfree: 200, bavail: 100, files: 400, ffree: 300 })
  expect(use).toMatchObject({ totalBytes: 4_096_000, usedBytes: 3_276_800, freeBytes: 409_600, inodesPercent: 25 })
  expect(use.percent).toBeCloseTo(88.889, 2)
})

test('a file system without a fixed number of inodes has no inode percent', () => {
  expect(useOf({ bsize: 1, blocks: 10, bfree: 5, bavail: 5, files: 0, ffree: 0 }).inodesPercent).toBeNull()
})
