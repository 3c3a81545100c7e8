import { AppError } from '../../contract/errors.ts'
import { sqliteTrouble } from '../../platform/sqlite-trouble.ts'

/** Errors of the file system that the disk is the cause of. */
const diskErrnos = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EIO'])

/**
 * What an error of node:sqlite or of the file system says to who asked for an act, when the disk under the node's own files is
 * its cause: 507 INSUFFICIENT_STORAGE. Null for every other error, also for one that is an answer already.
 */
export function storageRefusal(error: unknown): AppError | null {
  if (!(error instanceof Error) || error instanceof AppError || !isOfDisk(error)) return null
  return new AppError({
    code: 'INSUFFICIENT_STORAGE',
    status: 507,
    text: {
      zh: '该节点数据目录所在的磁盘已满或无法写入，操作无法记录；请先清理空间',
      en: 'The disk of the data folder of that node is full or cannot be written, so what is done cannot be kept: make room there first',
    },
    internal: error.message,
    cause: error,
  })
}

function isOfDisk(error: Error & { code?: unknown }): boolean {
  return sqliteTrouble(error) === 'disk' || (typeof error.code === 'string' && diskErrnos.has(error.code))
}
