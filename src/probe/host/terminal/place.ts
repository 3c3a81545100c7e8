import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { type AppError, forbidden, invalidRequest, notFound } from '../../../contract/errors.ts'
import { type HostUser, SETPRIV, defaultShell, findUser, listedShells } from './login.ts'

/** Who, with which shell and in which folder a terminal is opened. */
export interface Place {
  user: HostUser
  shell: string
  folder: string
}

/**
 * Chooses what was left open and checks what was asked for. Throws INVALID_REQUEST for a shell that /etc/shells does not
 * list, NOT_FOUND and FORBIDDEN for what is missing or closed on this host.
 */
export function choosePlace(
  wanted: { shell?: string | undefined; working_dir?: string | undefined },
  { runAs, nodeUid }: { runAs: string | null; nodeUid: number },
): Place {
  const user = findUser(readFileSync('/etc/passwd', 'utf8'), runAs ?? nodeUid)
  if (!user) throw notFound('该节点没有终端用户', `this host has no user ${runAs ?? nodeUid} in /etc/passwd`)
  if (user.uid !== nodeUid) checkCanBecome(user, nodeUid)
  const shells = listedShells(readText('/etc/shells'))
  const shell = wanted.shell ?? defaultShell(user, shells) ?? '/bin/sh'
  if (wanted.shell !== undefined && !shells.includes(wanted.shell)) {
    const details = { shell: wanted.shell, allowed: shells.slice(0, 50) }
    throw invalidRequest('shell 不在该节点的 /etc/shells 中', 'the shell is not one of /etc/shells', { details })
  }
  onHost(shell, () => accessSync(shell, constants.X_OK))
  return { user, shell, folder: wanted.working_dir === undefined ? homeOf(user) : folderAt(wanted.working_dir) }
}

function checkCanBecome({ username }: HostUser, nodeUid: number): void {
  if (nodeUid !== 0)
    throw forbidden('节点不是以 root 运行，无法切换到终端用户', `only a node of root can run a terminal as ${username}`)
  onHost(SETPRIV, () => accessSync(SETPRIV, constants.X_OK))
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    // A host without the list (a small container): only /bin/sh is left.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '/bin/sh\n'
    throw error
  }
}

function homeOf(user: HostUser): string {
  const found = statSync(user.home, { throwIfNoEntry: false })
  return found?.isDirectory() ? user.home : '/'
}

function folderAt(path: string): string {
  if (!onHost(path, () => statSync(path).isDirectory()))
    throw invalidRequest('working_dir 不是目录', 'working_dir is not a folder', { details: { path } })
  onHost(path, () => accessSync(path, constants.X_OK))
  return path
}

function onHost<T>(path: string, look: () => T): T {
  try {
    return look()
  } catch (error) {
    throw refusal(path, error as NodeJS.ErrnoException)
  }
}

function refusal(path: string, error: NodeJS.ErrnoException): AppError | Error {
  const extra = { details: { path, reason: error.code }, cause: error }
  if (error.code === 'EACCES' || error.code === 'EPERM')
    return forbidden('节点上的用户无权访问该路径', 'the user on the node may not go there', extra)
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR')
    return notFound('节点上没有该路径', 'there is no such path on the node', extra)
  return error
}
