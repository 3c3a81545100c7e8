import { randomBytes } from 'node:crypto'
import { internalError } from '../contract/errors.ts'
import type { Database } from '../db/open.ts'
import { createSecretBox } from '../lib/secret-box.ts'
import { beginIdentity, identityAfter, replaceIdentity } from '../monitor/replicas/identity.store.ts'
import { type Identity, type IdentityKeeper, parseIdentity } from '../tree/uplink/identity.ts'

export interface SharedIdentity extends IdentityKeeper {
  /** Takes over what another process has kept. True when that was something new. */
  refresh(): Promise<boolean>
}

const place = 'node_identity'

/**
 * The identity of a monitor of several processes: in its database, sealed with the key that they share. The first process brings
 * `own`; the others take over what is there. Only who leads keeps changes: what another one writes is its own until the leader's
 * comes. Throws when it was sealed with another key.
 */
export async function openSharedIdentity(parts: {
  database: Pick<Database, 'db'>
  secretKey: Uint8Array
  own: Identity
  leads: () => boolean
}): Promise<SharedIdentity> {
  const { database, secretKey, own, leads } = parts
  const box = createSecretBox({ secretKey, purpose: 'identity of the node', randomBytes })
  const seal = (identity: Identity) => box.seal(JSON.stringify(identity), place)
  let revision = 0
  let identity = own

  async function refresh(): Promise<boolean> {
    const newer = await identityAfter(database.db, revision)
    if (!newer) return false
    const text = box.open(newer.sealed, place)
    if (text === null) throw otherKey()
    identity = parseIdentity(text)
    revision = newer.revision
    return true
  }

  await beginIdentity(database.db, seal(own))
  await refresh()
  return {
    read: () => identity,
    async write(next) {
      if (leads()) revision = await replaceIdentity(database.db, seal(next))
      identity = next
    },
    refresh,
  }
}

function otherKey() {
  return internalError('节点身份无法解密', 'The identity of this node cannot be decrypted', {
    internal:
      'the identity in the database was sealed with another key: give all processes of this monitor the same security.secret_key',
  })
}
