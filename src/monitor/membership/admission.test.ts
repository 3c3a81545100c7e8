import { expect, test } from 'vitest'
import { type Admission, admit, type Claim } from './admission.ts'

const self = { agentId: 'eu', nodeUid: 'uid-of-eu' }
const known = (nodeUid: string | null, extra: Partial<NonNullable<Claim['existing']>> = {}) => ({
  nodeUid,
  removed: null,
  everSeen: true,
  ...extra,
})

const cases: Array<[string, Partial<Claim>, Admission]> = [
  ['a name nobody has is new', {}, 'new'],
  ['the same machine again is known', { existing: known('uid-a') }, 'known'],
  ['another machine with a taken name is refused', { existing: known('uid-b') }, 'taken'],
  ['a machine without uid cannot take the name of one with', { nodeUid: null, existing: known('uid-b') }, 'taken'],
  ['two registrations without uid are the same node', { nodeUid: null, existing: known(null) }, 'known'],
  ['a node made by hand is adopted', { existing: known(null, { everSeen: false }) }, 'adopt'],
  ['a node without uid that has reported is not adopted', { existing: known(null) }, 'taken'],
  ['a deleted machine stays out', { existing: known('uid-a', { removed: 'deleted' }) }, 'deleted'],
  ['another machine may take a freed name', { existing: known('uid-b', { removed: 'deleted' }) }, 'new'],
  ['a machine that moved away may come back', { existing: known('uid-a', { removed: 'moved' }) }, 'new'],
  ['nobody joins under the monitor’s own name', { agentId: 'eu' }, 'loop'],
  ['a copy of the monitor’s own data dir does not join it', { nodeUid: 'uid-of-eu' }, 'loop'],
  ['an ancestor does not join its descendant', { agentId: 'root' }, 'loop'],
]

test.each(cases)('%s', (_guarantee, claim, admission) => {
  expect(admit({ agentId: 'db-1', nodeUid: 'uid-a', self, lineage: ['root'], existing: null, ...claim })).toBe(
    admission,
  )
})
