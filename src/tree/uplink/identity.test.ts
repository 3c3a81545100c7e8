import { expect, test } from 'vitest'
import { activeParent, newIdentity, parseIdentity, withParent } from './identity.ts'

const entry = (url: string, parent: string, api_key: string) => ({
  url,
  parent,
  api_key,
  lineage: [parent, 'root'],
  registered_at: '2026-01-01T00:00:00Z',
})

test('what was written is read back', () => {
  const identity = withParent(newIdentity('uid-of-node'), entry('http://a', 'region', 'k1'), 1)
  expect(parseIdentity(JSON.stringify(identity))).toEqual(identity)
})

test('a mistake is named by its field, never by its value', () => {
  const identity = withParent(newIdentity('uid-of-node'), entry('http://a', 'not an id', 'secret-key'), 1)
  const read = () => parseIdentity(JSON.stringify(identity))
  expect(read).toThrow('parents.0.parent')
  expect(read).not.toThrow(/secret-key|not an id/)
})

test('a new key replaces the old one at every address of that monitor, and at no other', () => {
  let identity = withParent(newIdentity('uid-of-node'), entry('http://a', 'region', 'k1'), 1)
  identity = withParent(identity, entry('http://c', 'elsewhere', 'k2'), 2)
  identity = withParent(identity, entry('http://b', 'region', 'k3'), 3)
  expect(Object.fromEntries(identity.parents.map(({ url, api_key }) => [url, api_key]))).toEqual({
    'http://a': 'k3',
    'http://b': 'k3',
    'http://c': 'k2',
  })
  expect(activeParent(identity)?.url).toBe('http://b')
  expect(identity.generation).toBe(3)
})

test('a node without a parent has no active one', () => {
  expect(activeParent(newIdentity('uid-of-node'))).toBeUndefined()
})
