import { expect, test } from 'vitest'
import { type AuditEntry, type SealedEntry, firstBroken, firstPreviousHash, sealOf } from './audit-chain.ts'

const entry: AuditEntry = {
  at: new Date('2026-11-21T10:00:00.123Z'),
  actor: 'admin',
  actorKind: 'user',
  action: 'alert.ack',
  target: '89',
  details: { b: 1, a: { d: [1, { z: 1, y: 2 }], c: null } },
}

function log(count: number): SealedEntry[] {
  const entries: SealedEntry[] = []
  for (let id = 1; id <= count; id++) {
    const previousHash = entries.at(-1)?.hash ?? firstPreviousHash
    const next = { ...entry, target: String(id) }
    entries.push({ ...next, id, previousHash, hash: sealOf(previousHash, next) })
  }
  return entries
}

test('a seal does not depend on the order of keys, which the database may change', () => {
  const reordered = { ...entry, details: { a: { c: null, d: [1, { y: 2, z: 1 }] }, b: 1 } }
  expect(sealOf('x', reordered)).toBe(sealOf('x', entry))
})

test.each<[string, Partial<AuditEntry>]>([
  ['time', { at: new Date('2026-11-21T10:00:00.124Z') }],
  ['actor', { actor: 'root' }],
  ['kind', { actorKind: 'system' }],
  ['action', { action: 'alert.resolve' }],
  ['target', { target: null }],
  ['details', { details: { b: 2 } }],
])('a seal depends on the %s', (_field, change) => {
  expect(sealOf('x', { ...entry, ...change })).not.toBe(sealOf('x', entry))
})

test('an untouched log fits', () => {
  expect(firstBroken(firstPreviousHash, log(5))).toBeNull()
})

test.each<[string, (entries: SealedEntry[]) => SealedEntry[], number]>([
  ['an entry was changed', (all) => all.map((one) => (one.id === 3 ? { ...one, actor: 'nobody' } : one)), 3],
  ['an entry was taken out', (all) => all.filter((one) => one.id !== 3), 4],
  ['the first entry was taken out', (all) => all.slice(1), 2],
  ['entries changed places', ([a, b, c, ...rest]) => [a!, c!, b!, ...rest], 3],
  [
    'an entry was changed and sealed again',
    (all) =>
      all.map((one) =>
        one.id === 2 ? { ...one, actor: 'x', hash: sealOf(one.previousHash, { ...one, actor: 'x' }) } : one,
      ),
    3,
  ],
])('it shows that %s', (_what, tamper, brokenId) => {
  expect(firstBroken(firstPreviousHash, tamper(log(5)))?.id).toBe(brokenId)
})
