import { describe, expect, test } from 'vitest'
import { chooseAccount, parsePasswd } from './account.ts'

const accounts = parsePasswd(
  [
    'root:x:0:0:root:/root:/bin/bash',
    '# a comment',
    'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
    'postgres:x:101:104::/var/lib/postgresql:/bin/bash',
    'alice:x:1000:1000::/home/alice:/bin/sh',
    '',
  ].join('\n'),
)

describe('the account of the server', () => {
  test.each([
    ['the owner of an existing cluster comes first', accounts, { uid: 1000, gid: 1000 }, 'alice'],
    ['an owner without a name is still the owner', accounts, { uid: 4242, gid: 7 }, 'uid 4242'],
    ['a cluster that root owns does not make root the account', accounts, { uid: 0, gid: 0 }, 'postgres'],
    ['a new cluster belongs to postgres before nobody', accounts, undefined, 'postgres'],
    ['nobody is the last resort', accounts.filter((a) => a.name !== 'postgres'), undefined, 'nobody'],
    ['without any unprivileged account there is none', accounts.slice(0, 1), undefined, undefined],
  ])('%s', (_, known, owner, name) => {
    expect(chooseAccount(known, owner)?.name).toBe(name)
  })
})
