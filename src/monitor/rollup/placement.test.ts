import { expect, test } from 'vitest'
import { type Known, placementOf } from './placement.ts'

const rolled = { agent_id: 'db-1', node_uid: 'uid-1', generation: 2 }
const known = (extra: Partial<Known>): Known => ({
  isSelf: false,
  path: ['root', 'eu', 'db-1'],
  nodeUid: 'uid-1',
  generation: 2,
  removed: null,
  ...extra,
})

test.each<[string, ReturnType<typeof placementOf>, Known | null, string[]]>([
  ['a name nobody knows is new', 'insert', null, []],
  ['a node below this child is brought up to date', 'update', known({}), []],
  [
    'a node that went to a deeper monitor of this child is brought up to date',
    'update',
    known({ path: ['root', 'eu', 'eu-west', 'db-1'] }),
    [],
  ],
  ['a newer attachment moves the node', 'move', known({ path: ['root', 'us', 'db-1'], generation: 1 }), []],
  ['an older claim of another region is stale', 'stale', known({ path: ['root', 'us', 'db-1'], generation: 2 }), []],
  [
    'another machine with the same name is a duplicate',
    'duplicate',
    known({ path: ['root', 'us', 'db-1'], nodeUid: 'uid-2' }),
    [],
  ],
  ['a deleted machine stays out, however often it attaches', 'stale', known({ removed: 'deleted', generation: 1 }), []],
  [
    'another machine may have a freed name',
    'insert',
    known({ removed: 'deleted', nodeUid: 'uid-2', generation: 9 }),
    [],
  ],
  [
    'a node that moved away is not brought back by an older claim',
    'stale',
    known({ removed: 'moved', generation: 3 }),
    [],
  ],
  ['a node that moved away and attached again is back', 'insert', known({ removed: 'moved', generation: 2 }), []],
  ['nobody reports this monitor to itself', 'loop', known({ isSelf: true }), []],
  ['nobody reports an ancestor from below', 'loop', null, ['db-1']],
])('%s: %s', (_guarantee, placement, what, lineage) => expect(placementOf(rolled, 'eu', lineage, what)).toBe(placement))
