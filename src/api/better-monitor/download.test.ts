import { expect, test } from 'vitest'
import { attachment, parseRange } from './download.ts'

test.each([
  ['bytes=0-99', { start: 0, end: 99 }],
  ['bytes=100-', { start: 100 }],
  ['bytes=-5', { suffix: 5 }],
  ['bytes=-', null],
  ['bytes=0-1,5-6', null],
  ['lines=1-2', null],
  [undefined, null],
])('%j is the range %j', (header, range) => expect(parseRange(header)).toEqual(range))

test.each([
  ['a.txt', `attachment; filename="a.txt"; filename*=UTF-8''a.txt`],
  ['日志 "1".txt', `attachment; filename="__ _1_.txt"; filename*=UTF-8''%E6%97%A5%E5%BF%97%20%221%22.txt`],
  ['a\r\nSet-Cookie: x', `attachment; filename="a__Set-Cookie: x"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x`],
])('%j is saved under its own name and adds no header', (name, header) => expect(attachment(name)).toBe(header))
