import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { serviceUnavailable } from '../../contract/errors.ts'
import { ifPresent } from '../error-code.ts'
import type { Account } from './account.ts'
import type { Place } from './place.ts'

const run = promisify(execFile)
const initTimeoutMs = 60_000
const maxOutputBytes = 1_048_576

/** The superuser that `initdb` makes. The node itself works as `cortex`, which is none. */
export const superuser = 'postgres'

/** The environment of the server's programs: nothing of the node's own but where to find the libraries. */
export function serverEnvironment(program: string): Record<string, string> {
  return { LD_LIBRARY_PATH: join(program, 'lib'), PATH: '/usr/bin:/bin', LANG: 'C', LC_ALL: 'C', TZ: 'UTC' }
}

/** The password of the cluster, made at first and kept in a 0600 file of `home`. */
export function keepPassword(home: string): string {
  const file = join(home, 'password')
  const kept = ifPresent(() => readFileSync(file, 'utf8').trim())
  if (kept) return kept
  const made = randomBytes(24).toString('base64url')
  writeFileSync(`${file}.draft`, `${made}\n`, { mode: 0o600, flush: true })
  renameSync(`${file}.draft`, file)
  return made
}

/**
 * Makes the cluster in `<home>/cluster` unless it is there; it appears whole or not at all. Throws
 * `SERVICE_UNAVAILABLE` with initdb's own words, and for a cluster of another major version or of another user.
 */
export async function ensureCluster(use: {
  place: Place
  program: string
  version: string
  password: string
  durable: boolean
}): Promise<{ folder: string; created: boolean }> {
  const { home, account } = use.place
  const folder = join(home, 'cluster')
  if (existsSync(folder)) {
    refuseForeignCluster(folder, use.version, account)
    return { folder, created: false }
  }
  const draft = join(home, 'cluster.draft')
  const passwordFile = join(home, 'initdb.password')
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o700 })
  writeFileSync(passwordFile, use.password, { mode: 0o600 })
  if (account) {
    chownSync(draft, account.uid, account.gid)
    chownSync(passwordFile, account.uid, account.gid)
  }
  try {
    await initdb(use, draft, passwordFile)
  } finally {
    rmSync(passwordFile, { force: true })
  }
  renameSync(draft, folder)
  return { folder, created: true }
}

async function initdb(
  use: { program: string; place: Place; durable: boolean },
  folder: string,
  passwordFile: string,
): Promise<void> {
  const options = ['-D', folder, '-U', superuser, '--pwfile', passwordFile, '--auth=scram-sha-256', '--encoding=UTF8']
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-instructions']
  try {
    await run(join(use.program, 'bin/initdb'), [...options, ...locale, ...(use.durable ? [] : ['--no-sync'])], {
      cwd: folder,
      env: serverEnvironment(use.program),
      uid: use.place.account?.uid,
      gid: use.place.account?.gid,
      timeout: initTimeoutMs,
      maxBuffer: maxOutputBytes,
    })
  } catch (cause) {
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : ''
    const reason = said || (cause instanceof Error ? cause.message : '')
    throw serviceUnavailable(
      `无法创建数据库集群 ${folder}：${reason}`,
      `The database cluster ${folder} cannot be made: ${reason}`,
      { cause },
    )
  }
}

function refuseForeignCluster(folder: string, version: string, account: Account | undefined): void {
  const owner = statSync(folder).uid
  const uid = account?.uid ?? process.getuid?.()
  if (owner !== uid) {
    throw serviceUnavailable(
      `数据库集群 ${folder} 属于 uid ${owner}，而本进程以 uid ${uid} 运行。请以该用户启动，或更改所有者`,
      `The database cluster ${folder} belongs to uid ${owner}, but this runs as uid ${uid}. Start as that user, or change the owner`,
    )
  }
  const made = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim()
  const brought = version.split('.')[0] ?? version
  if (made === brought) return
  throw serviceUnavailable(
    `${folder} 由 PostgreSQL ${made} 创建，而本程序带有 PostgreSQL ${brought}。请用旧版本导出数据后再导入，或设置 DATABASE_URL`,
    `${folder} was made by PostgreSQL ${made}, but this program brings ${brought}. Dump with the old one and restore, or set DATABASE_URL`,
  )
}
