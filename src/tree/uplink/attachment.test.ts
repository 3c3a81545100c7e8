import { expect, test } from 'vitest'
import { parentsWithKeys } from './attachment.ts'
import type { Identity, ParentEntry } from './identity.ts'

const entry = (url: string, parent: string): ParentEntry => ({
  url,
  parent,
  api_key: `key-${url}`,
  lineage: [parent],
  registered_at: '2026-01-01T00:00:00Z',
})
const identity: Identity = {
  node_uid: 'uid-of-node',
  generation: 2,
  parents: [entry('a', 'region-a'), entry('a2', 'region-a'), entry('b', 'region-b')],
  active_url: 'a',
}

test.each([
  ['with a token another monitor needs a registration first', true, ['key-a', 'key-a2', null, null]],
  ['without a token an old key there is used', false, ['key-a', 'key-a2', 'key-b', null]],
])('%s', (_name, hasToken, keys) => {
  const parents = parentsWithKeys(identity, ['a', 'a2', 'b', 'new'], hasToken)
  expect(parents.map(({ apiKey }) => apiKey)).toEqual(keys)
})

test('only configured parents are used, in the order of the config', () => {
  expect(parentsWithKeys(identity, ['b', 'a'], false).map(({ url }) => url)).toEqual(['b', 'a'])
})
