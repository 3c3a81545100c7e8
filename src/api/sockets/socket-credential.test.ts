import { expect, test } from 'vitest'
import { agreedProtocol, socketCredential } from './socket-credential.ts'

const nothing = { bearer: null, protocols: undefined, token: undefined, ticket: undefined }
const token = (value: string) => ({ kind: 'token', token: value })

test.each([
  [{}, null],
  [{ token: '' }, null],
  [{ token: 't' }, token('t')],
  [{ bearer: 'h', token: 't' }, token('h')],
  [{ protocols: 'bearer, p' }, token('p')],
  [{ protocols: 'bearer,p,other', token: 't' }, token('p')],
  [{ protocols: 'bearer', token: 't' }, token('t')],
  [{ protocols: 'p, bearer' }, null],
  [{ protocols: 'other' }, null],
  [{ ticket: 'k' }, { kind: 'ticket', ticket: 'k' }],
  [{ ticket: 'k', token: 't' }, token('t')],
])('%j carries %j', (given, credential) => {
  expect(socketCredential({ ...nothing, ...given })).toEqual(credential)
})

test.each([
  [['bearer', 'a-token'], 'bearer'],
  [['a-token', 'bearer'], 'bearer'],
  [['other'], false],
])('%j is answered with %j', (offered, agreed) => expect(agreedProtocol(new Set(offered))).toBe(agreed))
