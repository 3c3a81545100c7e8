import { realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Account } from './account.ts'

/** Whether an account may enter a folder of this owner, group and mode (ACLs are not looked at). */
export function mayEnter(
  folder: { uid: number; gid: number; mode: number },
  account: Pick<Account, 'uid' | 'gid'>,
): boolean {
  if (folder.uid === account.uid) return (folder.mode & 0o100) !== 0
  if (folder.gid === account.gid) return (folder.mode & 0o010) !== 0
  return (folder.mode & 0o001) !== 0
}

/** The folders on the way to an existing folder, itself included, that the account may not enter; outermost first. */
export function closedFolders(path: string, account: Pick<Account, 'uid' | 'gid'>): string[] {
  const closed: string[] = []
  for (let folder = realpathSync(path); ; folder = dirname(folder)) {
    if (!mayEnter(statSync(folder), account)) closed.unshift(folder)
    if (folder === dirname(folder)) return closed
  }
}
