import { expect, test } from 'vitest'
import { hazardOf, malformedAt, maxJsonDepth } from './json-hazards.ts'

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

test.each([
  ['{}'],
  ['{"name":"节点 \\u8282 \\ud83d\\ude00"}'],
  ['{"path":"C:\\\\u0000"}'],
  [nested(maxJsonDepth)],
  [JSON.stringify(Array.from({ length: 500 }, () => ({ deep: '[[[[' })))],
  [`{"text":${JSON.stringify('{['.repeat(200) + '"'.repeat(3))}}`],
])('sound JSON passes: %.40s', (text) => {
  expect(hazardOf(text)).toBeNull()
})

test.each([
  ['{"a":{"b":["x","\\u0000"]}}', 'a.b.1'],
  ['{"a":"\\ud800"}', 'a'],
  ['{"ok":1,"b\\u0000":1}', ''],
  ['"\\u0000"', ''],
])('text that the database cannot store is found with its place: %s', (text, path) => {
  expect(hazardOf(text)).toEqual({ kind: 'unstorable', path })
})

test('nesting beyond the limit is refused, however large', () => {
  expect(hazardOf(nested(maxJsonDepth + 1))).toEqual({ kind: 'too-deep' })
  expect(hazardOf('['.repeat(1_000_000))).toEqual({ kind: 'too-deep' })
  expect(hazardOf('{"a":'.repeat(100_000))).toEqual({ kind: 'too-deep' })
})

test.each([
  ['{"a": }', 1, 7],
  ['{\n  "a": 1,\n  "b": tru\n}', 3, 8],
  ['{"a":1', 1, 7],
  ['{"a":1,}', 1, 8],
  ['{"a":[1,2', 1, 10],
  ['{a:1}', 1, 2],
  ["{'a':1}", 1, 2],
  ['{"a" 1}', 1, 6],
  ['{"a":"\\x"}', 1, 6],
  ['{"a":1}}', 1, 8],
  ['[1 2]', 1, 4],
  ['', 1, 1],
  ['nginx', 1, 1],
])('malformed JSON is named by line and column: %j', (text, line, column) => {
  expect(malformedAt(text)).toMatchObject({ kind: 'malformed', line })
  expect(malformedAt(text)).toHaveProperty('column', column)
})

test('a long run of backslashes takes no time', () => {
  const startedAt = performance.now()
  expect(hazardOf(JSON.stringify({ text: '\\'.repeat(400_000) }))).toBeNull()
  expect(performance.now() - startedAt).toBeLessThan(1_000)
})
