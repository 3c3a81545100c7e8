import { expect, test } from 'vitest'
import { needsMask } from './mask.ts'

test.each([
  ['ws://root.example/api/v1/link', true],
  ['ws://10.0.0.1:3333/api/v1/link', true],
  ['ws://127.attacker.example/api/v1/link', true],
  ['ws://[fe80::1]/api/v1/link', true],
  ['wss://root.example/api/v1/link', false],
  ['ws://127.0.0.1:3333/api/v1/link', false],
  ['ws://localhost:3333/api/v1/link', false],
  ['ws://[::1]:3333/api/v1/link', false],
])('what goes to %s is masked: %s', (url, masked) => {
  expect(needsMask(url)).toBe(masked)
})
