import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLogger } from '../../platform/logger.ts'
import { SpoolError } from './spool-error.ts'
import { type Spool, type SpoolOptions, openSpool } from './spool.ts'

let folder: string
let opened: Spool[]
let lines: string[]
let now: number

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cortex-spool-'))
  opened = []
  lines = []
  now = 1_800_000_000_000
})
afterEach(() => {
  for (const spool of opened) spool.close()
  rmSync(folder, { recursive: true, force: true })
})

const path = () => join(folder, 'spool.db')
function spoolHere(options: Partial<SpoolOptions> = {}): Spool {
  const logger = createLogger({ level: 'info', write: (line) => lines.push(line) })
  const spool = openSpool({ path: path(), clock: () => now, logger, ...options })
  opened.push(spool)
  return spool
}
function put(spool: Spool, name: string, keep = false, bytes = 100): 'stored' | 'refused' {
  return spool.append({ kind: 'report', body: name.padEnd(bytes, '.'), at: now, keep })
}
const names = (spool: Spool) =>
  spool.reports({ maxItems: 10_000, maxBytes: 1e9, except: [] }).map((item) => item.body.replace(/\.+$/, ''))

describe('order', () => {
  test('reports come oldest first, the newest apart, results on their own', () => {
    const spool = spoolHere()
    for (const name of ['a', 'b', 'c']) put(spool, name)
    spool.append({ kind: 'result', body: 'r1', at: now, keep: true })
    spool.append({ kind: 'result', body: 'r2', at: now, keep: true })
    expect(spool.newestReport()?.body).toMatch(/^c/)
    expect(names(spool)).toEqual(['a', 'b', 'c'])
    expect(spool.oldestResult()?.body).toBe('r1')
    expect(spool.stats()).toMatchObject({ depth: 5, oldestAt: now, thinned: 0, refused: 0 })
  })

  test('a batch keeps within items and bytes, and one item too large still goes alone', () => {
    const spool = spoolHere()
    for (const name of ['a', 'b', 'c', 'd']) put(spool, name, false, 99)
    expect(spool.reports({ maxItems: 3, maxBytes: 1e6, except: [] })).toHaveLength(3)
    expect(spool.reports({ maxItems: 10, maxBytes: 200, except: [] })).toHaveLength(2)
    expect(spool.reports({ maxItems: 10, maxBytes: 1, except: [] })).toHaveLength(1)
    const newest = spool.newestReport()
    expect(spool.reports({ maxItems: 10, maxBytes: 1e6, except: [newest?.id ?? 0] })).toHaveLength(3)
  })

  test('removing counts down, and removing again changes nothing', () => {
    const spool = spoolHere()
    put(spool, 'a')
    put(spool, 'b')
    const ids = spool.reports({ maxItems: 1, maxBytes: 1e6, except: [] }).map((item) => item.id)
    spool.remove(ids)
    spool.remove(ids)
    expect(names(spool)).toEqual(['b'])
    expect(spool.stats().depth).toBe(1)
    spool.remove(spool.reports({ maxItems: 9, maxBytes: 1e6, except: [] }).map((item) => item.id))
    expect(spool.stats()).toMatchObject({ depth: 0, bytes: 0, oldestAt: null })
  })
})

test('what was appended is there after closing and opening again', () => {
  const first = spoolHere()
  put(first, 'a')
  put(first, 'b', true)
  const before = first.stats()
  first.close()
  const second = spoolHere()
  expect(names(second)).toEqual(['a', 'b'])
  expect(second.stats()).toEqual(before)
})

describe('bounds', () => {
  test('a full spool thins metrics-only reports and never one that must be kept, nor a result', () => {
    const spool = spoolHere({ maxBytes: 10_000 })
    spool.append({ kind: 'result', body: 'result', at: now, keep: true })
    for (let i = 0; i < 300; i++) put(spool, `${i % 10 === 0 ? 'keep' : 'metrics'}-${i}`, i % 10 === 0)
    const left = names(spool)
    expect(left.filter((name) => name.startsWith('keep'))).toHaveLength(30)
    expect(spool.oldestResult()?.body).toBe('result')
    expect(left.at(-1)).toBe('metrics-299')
    expect(spool.stats().bytes).toBeLessThanOrEqual(10_000)
    expect(spool.stats().thinned).toBe(300 - left.length)
    expect(lines.join('')).toContain('thinned')
  })

  test('a long outage keeps its shape: every second one goes before any whole stretch does', () => {
    const spool = spoolHere({ maxBytes: 100 * 164 })
    for (let i = 0; i < 140; i++) put(spool, String(i))
    const kept = names(spool).map(Number)
    const longestGap = Math.max(...kept.map((value, at) => value - (kept[at - 1] ?? -1)))
    expect(longestGap).toBeLessThanOrEqual(2)
  })

  test('when only what must be kept is left, metrics-only reports are refused, said once a minute, and counted', () => {
    const spool = spoolHere({ maxBytes: 2000, hardMaxBytes: 4000 })
    for (let i = 0; i < 15; i++) expect(put(spool, `keep-${i}`, true)).toBe('stored')
    expect(put(spool, 'metrics')).toBe('refused')
    expect(put(spool, 'metrics')).toBe('refused')
    expect(spool.stats().refused).toBe(2)
    expect(lines.filter((line) => line.includes('are refused'))).toHaveLength(1)
    expect(put(spool, 'keep-more', true)).toBe('stored')
  })

  test('at the hard bound even a report with issues is an error to its sender, and nothing is lost', () => {
    const spool = spoolHere({ maxBytes: 1000, hardMaxBytes: 2000 })
    const fill = () => {
      for (let i = 0; i < 100; i++) put(spool, `keep-${i}`, true)
    }
    expect(fill).toThrow(expect.objectContaining({ name: 'SpoolError', trouble: 'full' }))
    expect(spool.stats().bytes).toBeLessThanOrEqual(2000)
    expect(names(spool)[0]).toBe('keep-0')
  })

  test('metrics-only reports past their age go, those with issues stay', () => {
    const spool = spoolHere({ maxAgeMs: 3_600_000 })
    put(spool, 'old-metrics')
    put(spool, 'old-issue', true)
    now += 3_600_001
    put(spool, 'new')
    expect(names(spool)).toEqual(['old-issue', 'new'])
  })
})

describe('faults', () => {
  test('a damaged file is moved aside, said loudly, and a new spool takes reports', () => {
    writeFileSync(path(), 'this is not a database, it is a text that somebody put here'.repeat(100))
    const spool = spoolHere()
    put(spool, 'a')
    expect(names(spool)).toEqual(['a'])
    expect(readdirSync(folder)).toContain(`spool.db.damaged-${now}`)
    expect(lines.join('')).toMatch(/"level":"error".*damaged/)
  })

  test('a file with broken pages is found at the start, not while sending', () => {
    const first = spoolHere()
    for (let i = 0; i < 200; i++) put(first, `a-${i}`, false, 1000)
    first.close()
    writeFileSync(path(), Buffer.alloc(40_000, 0x55), { flag: 'r+' })
    put(spoolHere(), 'b')
    expect(readdirSync(folder).some((name) => name.includes('damaged'))).toBe(true)
  })

  test('only the latest damaged files are kept', () => {
    for (let round = 0; round < 5; round++) {
      now += 1000
      writeFileSync(path(), 'garbage'.repeat(1000))
      spoolHere().close()
      rmSync(path())
    }
    expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toHaveLength(2)
  })

  test('ids of a spool begun anew never meet those of the damaged one', () => {
    const first = spoolHere()
    put(first, 'a')
    const before = first.newestReport()?.id ?? 0
    first.close()
    rmSync(path())
    now += 1000
    const second = spoolHere()
    put(second, 'b')
    expect(second.newestReport()?.id).toBeGreaterThan(before)
  })

  test('a second process on the same spool is refused, and the file is not taken for damaged', () => {
    put(spoolHere(), 'a')
    expect(() => spoolHere()).toThrow(expect.objectContaining({ trouble: 'locked' }))
    expect(readdirSync(folder).some((name) => name.includes('damaged'))).toBe(false)
  })

  test('after closing every operation says so', () => {
    const spool = spoolHere()
    spool.close()
    spool.close()
    expect(() => put(spool, 'a')).toThrow(SpoolError)
  })
})
