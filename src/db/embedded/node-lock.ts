import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { conflict } from '../../contract/errors.ts'
import { ifPresent } from '../error-code.ts'

const sqliteBusy = 5

/**
 * Takes the folder for this process until `release` or the end of the process. Another holder makes it throw
 * `CONFLICT` with the holder's pid.
 *
 * SQLite is used for its file lock alone: the kernel gives it up when the process dies, so there is no stale lock
 * and no race over who may remove one, which a pid file cannot offer.
 */
export function lockFolder(folder: string): { release(): void } {
  const pidFile = join(folder, 'node.pid')
  const file = join(folder, 'node.lock')
  const lock = new DatabaseSync(file, { timeout: 0 })
  try {
    lock.exec('begin exclusive')
  } catch (error) {
    lock.close()
    if (!isBusy(error)) throw error
    const pid = ifPresent(() => readFileSync(pidFile, 'utf8').trim()) || '?'
    throw conflict(
      `数据目录 ${folder} 正被另一个节点使用（pid ${pid}），请先停止它或使用其他 data_dir`,
      `The data folder ${folder} is in use by another node (pid ${pid}): stop that one or use another data_dir`,
      { details: { pid, folder }, cause: error },
    )
  }
  chmodSync(file, 0o600)
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 })
  return { release: () => lock.close() }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy
}
