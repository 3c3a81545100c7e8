import { chownSync, lstatSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { serviceUnavailable } from '../../contract/errors.ts'
import { errorCode } from '../error-code.ts'
import type { Account } from './account.ts'
import { pathHash } from './place.ts'
import { closedFolders } from './reach.ts'

/** `sun_path` holds 108 bytes, the last of them zero. */
const maxSocketPathBytes = 107
const socketName = '.s.PGSQL.5432'

/** Whether a socket in this folder has a path that the kernel takes. */
export function fitsSocket(folder: string): boolean {
  return Buffer.byteLength(join(folder, socketName)) <= maxSocketPathBytes
}

/**
 * Makes the 0700 folder of the server's socket, owned by the uid it runs as: in `home`, or in a temporary folder
 * when that path is too long for a socket. A folder that somebody else has put there is refused.
 */
export function makeSocketFolder(home: string, account: Account | undefined): string {
  const name = `cortex-${pathHash(home)}`
  const folder = [join(home, 'run'), join(tmpdir(), name), join('/tmp', name)].find(
    (path) => fitsSocket(path) && (!account || closedFolders(dirname(path), account).length === 0),
  )
  if (!folder) {
    throw serviceUnavailable(
      `${home} 的路径过长，无法放置 PostgreSQL 的套接字，请使用更短的 data_dir`,
      `The path ${home} is too long for PostgreSQL's socket: use a shorter data_dir`,
    )
  }
  const uid = account?.uid ?? process.getuid?.() ?? 0
  try {
    mkdirSync(folder, { mode: 0o700 })
    if (account) chownSync(folder, account.uid, account.gid)
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
  refuseForeignFolder(folder, uid)
  return folder
}

/** Throws unless `folder` is a real folder of `uid` that nobody else may enter. */
export function refuseForeignFolder(folder: string, uid: number): void {
  const found = lstatSync(folder)
  if (found.isDirectory() && found.uid === uid && (found.mode & 0o077) === 0) return
  throw serviceUnavailable(
    `${folder} 不属于 uid ${uid} 或可被他人访问，拒绝在其中放置 PostgreSQL 的套接字。请检查后删除它`,
    `${folder} does not belong to uid ${uid} alone, so PostgreSQL's socket is not put there. Look who made it, then remove it`,
  )
}
