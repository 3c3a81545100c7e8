import { describe, expect, test } from 'vitest'
import { afterAnswer, afterNoAnswer, chosenParent, normalizeParentUrl } from './parents.ts'

const parents = ['a', 'b', 'c'].map((url) => ({ url, apiKey: `key-${url}` }))

test('without a choice the first parent is tried', () => {
  expect(chosenParent({ url: null, failures: 0 }, parents)?.url).toBe('a')
})
test('the parent that works stays in use, whatever its place in the order', () => {
  expect(chosenParent(afterAnswer('c'), parents)?.url).toBe('c')
})
test('a parent that is no longer configured is left for the first', () => {
  expect(chosenParent({ url: 'gone', failures: 0 }, parents)?.url).toBe('a')
})
test('without parents there is nobody to speak to', () => {
  expect(chosenParent({ url: null, failures: 0 }, [])).toBeUndefined()
})

describe('failover', () => {
  test.each([
    ['one failure is not enough', { url: 'a', failures: 0 }, 'a', { url: 'a', failures: 1 }],
    ['the third moves on to the next', { url: 'a', failures: 2 }, 'a', { url: 'b', failures: 0 }],
    ['after the last comes the first', { url: 'c', failures: 2 }, 'c', { url: 'a', failures: 0 }],
    ['the first choice counts too', { url: null, failures: 2 }, 'a', { url: 'b', failures: 0 }],
    [
      'a late failure of a parent no longer in use changes nothing',
      { url: 'b', failures: 1 },
      'a',
      { url: 'b', failures: 1 },
    ],
  ])('%s', (_name, choice, failed, expected) => {
    expect(afterNoAnswer(choice, failed, parents, 3)).toEqual(expected)
  })

  test('a single parent is never given up', () => {
    expect(afterNoAnswer({ url: 'a', failures: 99 }, 'a', parents.slice(0, 1), 3)).toEqual({ url: 'a', failures: 100 })
  })
})

test.each([
  ['http://host:3333/', 'http://host:3333'],
  ['https://host/monitor/api/v1/', 'https://host/monitor'],
  ['http://HOST:80/api/v1', 'http://host'],
])('%s is kept as %s', (text, expected) => expect(normalizeParentUrl(text)).toBe(expected))

test.each(['ftp://host', 'host:3333', 'nonsense'])('%s is no address of a parent', (text) => {
  expect(() => normalizeParentUrl(text)).toThrow()
})
