import { expect, test } from 'vitest'
import { nameFits } from './server-name.ts'

test.each([
  ['example.com', 'example.com', 3],
  ['Example.COM', 'example.com', 3],
  ['www.example.com', 'example.com', 0],
  ['*.example.com', 'www.example.com', 2],
  ['*.example.com', '*.example.com', 3],
  ['*.example.com', 'example.com', 0],
  ['*.example.com', '.example.com', 0],
  ['.example.com', 'example.com', 3],
  ['.example.com', 'a.b.example.com', 2],
  ['.example.com', 'badexample.com', 0],
  ['www.example.*', 'www.example.org', 1],
  ['_', 'example.com', 0],
  ['', 'example.com', 0],
  ['~^example', 'example.com', 0],
])('%s fits %s: %i', (name, domain, fit) => {
  expect(nameFits(name, domain)).toBe(fit)
})
