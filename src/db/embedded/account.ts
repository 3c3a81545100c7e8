/** Whom PostgreSQL runs as when the node is root: the server refuses uid 0. */
export interface Account {
  name: string
  uid: number
  gid: number
}

const preferred = ['cortex', 'postgres', 'nobody']

/** The accounts of a passwd file; lines that are not accounts are left out. */
export function parsePasswd(text: string): Account[] {
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':')
    if (!name || !/^\d+$/.test(uid ?? '') || !/^\d+$/.test(gid ?? '')) return []
    return [{ name, uid: Number(uid), gid: Number(gid) }]
  })
}

/**
 * Chooses the account for the server: the owner of a cluster that already exists, else the first of `cortex`,
 * `postgres`, `nobody` that the machine knows. `undefined` when there is none but root.
 */
export function chooseAccount(accounts: Account[], owner?: { uid: number; gid: number }): Account | undefined {
  if (owner && owner.uid !== 0) {
    return accounts.find((account) => account.uid === owner.uid) ?? { name: `uid ${owner.uid}`, ...owner }
  }
  return preferred
    .map((name) => accounts.find((account) => account.name === name && account.uid !== 0))
    .find((account) => account !== undefined)
}
