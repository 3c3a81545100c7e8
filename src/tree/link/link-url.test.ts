import { expect, test } from 'vitest'
import { linkUrl } from './link-url.ts'

test.each([
  ['http://root.example:3333', 'ws://root.example:3333/api/v1/link'],
  ['https://root.example/', 'wss://root.example/api/v1/link'],
  ['https://example.com/cortex/', 'wss://example.com/cortex/api/v1/link'],
  ['wss://[::1]:3333', 'wss://[::1]:3333/api/v1/link'],
])('%s is linked at %s', (monitor, link) => {
  expect(linkUrl(monitor)).toBe(link)
})

test.each(['ftp://root.example', 'root.example', ''])('%j is no monitor', (url) => {
  expect(() => linkUrl(url)).toThrow(TypeError)
})
