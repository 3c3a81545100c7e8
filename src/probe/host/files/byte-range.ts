import { AppError } from '../../../contract/errors.ts'
import type { ByteRange } from '../../../contract/operations/files.ts'

/** What of a file of `size` bytes a range means. Throws RANGE_NOT_SATISFIABLE (416) when it means none of them. */
export function bytesOf(range: ByteRange, size: number): { start: number; length: number } {
  const start = 'suffix' in range ? Math.max(0, size - range.suffix) : range.start
  const end = 'suffix' in range ? size - 1 : Math.min(range.end ?? size - 1, size - 1)
  if (start > end) {
    throw new AppError({
      code: 'RANGE_NOT_SATISFIABLE',
      status: 416,
      text: { zh: `请求的范围超出文件（共 ${size} 字节）`, en: `The range is outside of the file of ${size} bytes` },
      details: { size },
    })
  }
  return { start, length: end - start + 1 }
}
