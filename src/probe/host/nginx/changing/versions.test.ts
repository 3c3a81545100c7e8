import { expect, test } from 'vitest'
import { openVersions } from './versions.ts'

const opened = () => openVersions({ file: ':memory:', clock: () => 1_000, maxPerFile: 20 })

test('the last 20 contents of each file are kept, newest first', () => {
  const versions = opened()
  versions.keep('other', Buffer.from('x'), 'after')
  for (let round = 1; round <= 25; round += 1) versions.keep('site', Buffer.from(`text ${round}`), 'after')
  const kept = versions.list('site')
  expect(kept).toHaveLength(20)
  expect(versions.get(kept[0]!.id)?.content).toEqual(new Uint8Array(Buffer.from('text 25')))
  expect(versions.list('other')).toMatchObject([{ size: 1, kept: 'after', created_at: '1970-01-01T00:00:01.000Z' }])
  expect(versions.get(2)).toBeNull()
  versions.close()
})

test('the same content twice is kept once', () => {
  const versions = opened()
  versions.keep('site', Buffer.from('a'), 'after')
  versions.keep('site', Buffer.from('a'), 'before')
  expect(versions.list('site')).toHaveLength(1)
  versions.close()
})
