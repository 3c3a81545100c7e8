import { expect, test } from 'vitest'
import { preferredLanguage } from './language.ts'

test.each([
  [undefined, 'zh'],
  ['', 'zh'],
  ['en', 'en'],
  ['en-US,en;q=0.9', 'en'],
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
  ['en;q=0.5, zh;q=0.8', 'zh'],
  ['fr, de;q=0.7', 'zh'],
  ['fr, en;q=0.1', 'en'],
  ['en;q=0', 'zh'],
  ['en;q=9', 'zh'],
  ['*', 'zh'],
])('Accept-Language %j is answered in %s', (header, language) => {
  expect(preferredLanguage(header)).toBe(language)
})
