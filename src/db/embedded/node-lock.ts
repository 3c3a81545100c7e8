import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type AppError, conflict, serviceUnavailable } from '../../contract/errors.ts'
import { ifPresent } from '../error-code.ts'

const sqliteBusy = 5

/**
 * Takes the folder for this process until `release` or the end of the process. Another holder makes it throw
 * `CONFLICT` with the holder's pid, a folder that cannot be written `SERVICE_UNAVAILABLE`.
 *
 * SQLite is used for its file lock alone: the kernel gives it up when the process dies, so there is no stale lock
 * and no race over who may remove one, which a pid file cannot offer.
 */
export function lockFolder(folder: string): { release(): void } {
  const pidFile = join(folder, 'node.pid')
  const file = join(folder, 'node.lock')
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(file, { timeout: 0 })
    lock.exec('begin exclusive')
    chmodSync(file, 0o600)
    writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 })
  } catch (error) {
    lock?.close()
    throw isBusy(error) ? heldByAnother(folder, pidFile, error) : notWritable(folder, error)
  }
  const held = lock
  return { release: () => held.close() }
}

function heldByAnother(folder: string, pidFile: string, cause: unknown): AppError {
  const pid = ifPresent(() => readFileSync(pidFile, 'utf8').trim()) || '?'
  return conflict(
    `数据目录 ${folder} 正被另一个节点使用（pid ${pid}），请先停止它或使用其他 data_dir`,
    `The data folder ${folder} is in use by another node (pid ${pid}): stop that one or use another data_dir`,
    { details: { pid, folder }, cause },
  )
}

function notWritable(folder: string, cause: unknown): AppError {
  const said = cause instanceof Error ? cause.message : String(cause)
  return serviceUnavailable(
    `无法写入 ${folder}（${said}）。它是否由另一个用户创建？请以该用户启动，或更改所有者`,
    `${folder} cannot be written (${said}). Did another user make it? Start as that user, or change the owner`,
    { cause },
  )
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy
}
