import {
  AppError,
  conflict,
  forbidden,
  invalidRequest,
  notFound,
  serviceUnavailable,
} from '../../../contract/errors.ts'

type Refusal = (
  path: string,
  internal: { internal: string; cause: unknown; details: { errno: string; path: string } },
) => AppError

const noSpace: Refusal = (path, extra) =>
  new AppError({
    code: 'INSUFFICIENT_STORAGE',
    status: 507,
    text: {
      zh: `磁盘空间或配额不足，未写入 ${path}；请先清理空间`,
      en: `No space or quota is left: ${path} was not written. Make room first`,
    },
    ...extra,
  })

const denied: Refusal = (path, extra) =>
  forbidden(
    `操作系统拒绝访问 ${path}（权限不足）；请检查所有者和权限`,
    `The operating system denies access to ${path}: check its owner and mode`,
    extra,
  )

const readOnly: Refusal = (path, extra) =>
  forbidden(`${path} 所在的文件系统为只读`, `The file system of ${path} is read-only`, extra)

const missing: Refusal = (path, extra) => notFound(`${path} 不存在`, `${path} does not exist`, extra)

const exists: Refusal = (path, extra) =>
  conflict(
    `${path} 已存在；请换一个名称或明确要求覆盖`,
    `${path} exists: choose another name or ask to overwrite it`,
    extra,
  )

const notEmpty: Refusal = (path, extra) =>
  conflict(
    `文件夹 ${path} 不为空；如需连同内容一起删除请使用 recursive`,
    `The folder ${path} is not empty: use recursive to delete what is in it`,
    extra,
  )

const busy: Refusal = (path, extra) =>
  conflict(
    `${path} 正在使用中（例如挂载点），请稍后重试`,
    `${path} is in use, as a mount point is: try again later`,
    extra,
  )

const otherDevice: Refusal = (path, extra) =>
  conflict(
    `${path} 位于另一个文件系统，无法移动；请下载后重新上传`,
    `${path} is on another file system and cannot be moved there: download and upload it`,
    extra,
  )

const isFolder: Refusal = (path, extra) => conflict(`${path} 是文件夹`, `${path} is a folder`, extra)

const notAFolder: Refusal = (path, extra) =>
  invalidRequest(`${path} 的路径中有一段不是文件夹`, `Something on the way to ${path} is not a folder`, extra)

const changedMeanwhile: Refusal = (path, extra) =>
  conflict(`${path} 在操作期间被替换为链接，请重试`, `${path} became a link meanwhile: try again`, extra)

const invalidName: Refusal = (path, extra) =>
  invalidRequest(`${path} 不能这样命名或移动`, `${path} cannot be named or moved like that`, extra)

const overloaded: Refusal = (_path, extra) =>
  serviceUnavailable(
    '节点打开的文件过多或资源不足，请稍后重试',
    'The node has too many files open: try again later',
    extra,
  )

const broken: Refusal = (path, extra) =>
  serviceUnavailable(`读写 ${path} 时存储设备出错，请检查磁盘`, `The storage failed at ${path}: check the disk`, extra)

const refusals: Record<string, Refusal> = {
  ENOENT: missing,
  EACCES: denied,
  EPERM: denied,
  EROFS: readOnly,
  ENOSPC: noSpace,
  EDQUOT: noSpace,
  EFBIG: noSpace,
  EEXIST: exists,
  ENOTEMPTY: notEmpty,
  EBUSY: busy,
  ETXTBSY: busy,
  EXDEV: otherDevice,
  EISDIR: isFolder,
  ENOTDIR: notAFolder,
  ELOOP: changedMeanwhile,
  ENAMETOOLONG: invalidName,
  EINVAL: invalidName,
  EMLINK: invalidName,
  EMFILE: overloaded,
  ENFILE: overloaded,
  ENOMEM: overloaded,
  EIO: broken,
  ESTALE: broken,
  ENODEV: broken,
  ENXIO: broken,
}

/** What the operating system refused, as an answer that keeps its meaning and says what to do; other errors as they are. */
export function asRefusal(error: unknown, path: string): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error
  const { code } = error as NodeJS.ErrnoException
  const refusal = code === undefined ? undefined : refusals[code]
  if (code === undefined || refusal === undefined) return error
  return refusal(path, { internal: `${code} at ${path}`, cause: error, details: { errno: code, path } })
}

/** Runs an act on `path` and gives what the operating system refuses as an AppError. */
export async function refusing<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw asRefusal(error, path)
  }
}

export const errnoOf = (error: unknown): string | undefined =>
  error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
