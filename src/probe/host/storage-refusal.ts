import { AppError } from '../../contract/errors.ts'

/** Primary result codes of SQLite (sqlite.org/rescode.html): read-only, input or output failed, full, cannot be opened. */
const diskCodes = new Set([8, 10, 13, 14])

/**
 * What an error of node:sqlite says to who asked for an act, when the disk under the node's own files is its cause: 507
 * INSUFFICIENT_STORAGE. Null for every other error.
 */
export function storageRefusal(error: unknown): AppError | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null
  if (!diskCodes.has(error.errcode & 0xff)) return null
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
