import { expect, test } from 'vitest'
import { createPasswords } from './passwords.ts'
import { fromPhc } from './phc.ts'

const passwords = createPasswords()

test('a password is stored as argon2id in PHC form with the cost OWASP asks for', async () => {
  const stored = await passwords.hash('correct horse')
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  expect(await passwords.hash('correct horse')).not.toBe(stored)
})

test('only the right password is right', async () => {
  const stored = await passwords.hash('密码-é')
  expect(await passwords.verify('密码-é', stored)).toBe(true)
  expect(await passwords.verify('密码-e\u0301', stored)).toBe(true)
  expect(await passwords.verify('密码-e', stored)).toBe(false)
  expect(await passwords.verify('', stored)).toBe(false)
})

test('a hash made by the reference implementation is understood', async () => {
  // From the test suite of phc-winner-argon2.
  const reference = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
  expect(fromPhc(reference)).toMatchObject({ memoryKib: 65_536, passes: 2, parallelism: 1 })
  expect(await passwords.verify('password', reference)).toBe(true)
})

test('nobody is refused, and it takes as long as a wrong password', async () => {
  const stored = await passwords.hash('secret')
  const took = async (hash: string | null) => {
    const startedAt = performance.now()
    expect(await passwords.verify('wrong', hash)).toBe(false)
    return performance.now() - startedAt
  }
  await took(null)
  expect(await took(null)).toBeGreaterThan((await took(stored)) / 5)
})

test.each([
  ['plain text', 'secret'],
  ['another algorithm', '$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b27Qw'],
  [
    'a cost that would exhaust the machine',
    '$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b27Qw',
  ],
])('a damaged hash is an error, not a wrong password: %s', async (_what, stored) => {
  await expect(passwords.verify('secret', stored)).rejects.toThrow('stored password hash')
})

test('more logins than may wait are refused instead of piling up', async () => {
  const busy = createPasswords({ maxWaiting: 3 })
  const results = await Promise.allSettled(Array.from({ length: 10 }, () => busy.verify('x', null)))
  const refused = results.filter((result) => result.status === 'rejected')
  expect(refused).toHaveLength(5)
  expect(refused[0]).toMatchObject({ reason: { code: 'SERVICE_UNAVAILABLE', status: 503 } })
})
