import { type AppError, conflict, forbidden, invalidRequest } from '../../../contract/errors.ts'
import { type Names, shownPath } from './file-path.ts'

export function outsideRoots(names: Names, rootPaths: readonly string[]): AppError {
  const path = shownPath(names)
  const list = rootPaths.join(', ')
  return forbidden(
    `该节点未开放 ${path}（files 能力）；已开放的目录：${list}`,
    `this node does not allow files at ${path}; it allows: ${list}`,
    { details: { capability: 'files', path, roots: rootPaths } },
  )
}

export function readOnlyRoot(names: Names): AppError {
  const path = shownPath(names)
  return forbidden(
    `该节点只允许读取 ${path}；如需写入，请在节点上去掉该目录的 :ro`,
    `this node allows only reading at ${path}: grant the folder without :ro on the node`,
    { details: { capability: 'files', path } },
  )
}

export function folderBecameLink(names: Names, cause: unknown): AppError {
  const path = shownPath(names)
  return forbidden(
    `开放目录 ${path} 在节点启动后被替换；请检查后重启节点`,
    `the allowed folder ${path} was replaced since the node started: look into it and restart the node`,
    { details: { path }, cause },
  )
}

export function linkOnTheWay(names: Names, target: string): AppError {
  const path = shownPath(names)
  return forbidden(
    `${path} 是指向 ${target} 的符号链接，写操作不跟随链接；请使用真实路径`,
    `${path} is a symbolic link to ${target}, and nothing is written through a link: use the real path`,
    { details: { path, symlink_target: target } },
  )
}

export function tooManyLinks(names: Names): AppError {
  const path = shownPath(names)
  return invalidRequest(`${path} 经过的符号链接过多`, `Too many symbolic links on the way to ${path}`, {
    details: { path },
  })
}

export function belongsToNode(names: Names): AppError {
  const path = shownPath(names)
  return forbidden(
    `${path} 属于节点自身（数据目录或配置），不能远程访问`,
    `${path} belongs to the node itself (its data or config) and is not open to anybody`,
    { details: { path } },
  )
}

export function belongsToKernel(names: Names, type: string): AppError {
  const path = shownPath(names)
  return forbidden(
    `${path} 属于内核文件系统（${type}），不能远程访问`,
    `${path} is on a file system of the kernel (${type}) and is not open to anybody`,
    { details: { path, file_system: type } },
  )
}

export function mustStay(names: Names): AppError {
  const path = shownPath(names)
  return forbidden(
    `${path} 是开放目录或其上级，不能改名、覆盖或删除`,
    `${path} is an allowed folder or holds one: it cannot be renamed, replaced or deleted`,
    { details: { path } },
  )
}

export function notAFile(names: Names, type: string): AppError {
  const path = shownPath(names)
  return invalidRequest(`${path} 不是普通文件（${type}）`, `${path} is not a regular file but a ${type}`, {
    details: { path, type },
  })
}

export function plantedLink(names: Names): AppError {
  const path = shownPath(names)
  return forbidden(
    `${path} 有多个硬链接且所有者与所在文件夹不同，可能指向他人的文件`,
    `${path} has several names and another owner than its folder: it may be somebody else's file`,
    { details: { path } },
  )
}

export function fileChanged(names: Names): AppError {
  const path = shownPath(names)
  return conflict(`${path} 已被修改，请重新读取后再试`, `${path} was changed meanwhile: read it again first`, {
    details: { path },
  })
}

export function alreadyThere(names: Names): AppError {
  const path = shownPath(names)
  return conflict(
    `${path} 已存在；请换一个名称或明确要求覆盖`,
    `${path} exists: choose another name or ask to overwrite it`,
    { details: { path } },
  )
}
