import { expect, test } from 'vitest'
import { createReplicaTokens } from './replica-token.ts'

const secretKey = Buffer.alloc(32, 7)
const [a, b, c] = ['a', 'b', 'c'].map((digit) => `${digit.repeat(8)}-0000-4000-8000-000000000000`) as [
  string,
  string,
  string,
]
const of = (ownId: string, key = secretKey) => createReplicaTokens({ secretKey: key, ownId })
const now = 1_800_000_000_000

test('a token says who shows it, to the process it was made for', () => {
  const token = of(a).issue(b, now)
  expect(of(b).check(token, now + 30_000)).toBe(a)
  expect(of(c).check(token, now)).toBeNull()
})

test.each([
  ['too old', of(a).issue(b, now - 60_001)],
  ['from the future', of(a).issue(b, now + 60_001)],
  ['of itself', of(b).issue(b, now)],
  ['made with another key', of(a, Buffer.alloc(32, 8)).issue(b, now)],
  [
    'for another moment than it says',
    of(a)
      .issue(b, now - 90_000)
      .replace(String(now - 90_000), String(now)),
  ],
  ['by somebody else than it says', of(a).issue(b, now).replace(a, c)],
  ['without a seal', `v1.${a}.${b}.${now}.`],
  ['with something behind it', `${of(a).issue(b, now)}.more`],
  ['no token', 'x'.repeat(10_000)],
])('a token is refused that is %s', (_, token) => {
  expect(of(b).check(token, now)).toBeNull()
})
