import { createHash } from 'node:crypto'
import { chmodSync, chownSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { serviceUnavailable } from '../../contract/errors.ts'
import type { DatabaseLogger } from '../database-logger.ts'
import { ifPresent } from '../error-code.ts'
import { type Account, chooseAccount, parsePasswd } from './account.ts'
import { closedFolders } from './reach.ts'

/** Where the server's files are, and whom it runs as (`undefined`: as the node itself). */
export interface Place {
  /** Holds the program, the cluster, the socket and the password. */
  home: string
  account: Account | undefined
}

/** Where clusters go whose data folder the server's account cannot enter; below it one folder per data folder. */
export const outsideFolder = '/var/lib/cortex-postgres'

const pointerName = 'postgres.location'

/** Twelve hexadecimal digits that stand for a path. */
export function pathHash(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 12)
}

/** The home that a data folder has now: the one noted in its pointer file, else `<data folder>/postgres`. */
export function currentHome(dataDir: string): string {
  const noted = ifPresent(() => readFileSync(join(dataDir, pointerName), 'utf8').trim())
  return noted || join(realpathSync(dataDir), 'postgres')
}

/** Forgets a home outside of the data folder that is there no longer. */
export function forgetHome(dataDir: string): void {
  rmSync(join(dataDir, pointerName), { force: true })
}

/**
 * Chooses and creates the home of the server, `<data folder>/postgres` wherever possible. As root, the server runs as
 * an unprivileged account; when that account cannot enter the data folder (a checkout in /root), the home is below
 * /var/lib/cortex-postgres, noted in the data folder and in the log.
 */
export function choosePlace(dataDir: string, logger: DatabaseLogger): Place {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const home = currentHome(dataDir)
  if (process.getuid?.() !== 0) {
    mkdirSync(home, { recursive: true, mode: 0o700 })
    return { home, account: undefined }
  }
  const cluster = ifPresent(() => statSync(join(home, 'cluster')))
  const account = chooseAccount(parsePasswd(readFileSync('/etc/passwd', 'utf8')), cluster)
  if (!account) {
    throw serviceUnavailable(
      'PostgreSQL 不能以 root 运行，且系统中没有 cortex、postgres 或 nobody 用户。请创建 cortex 用户，或设置 DATABASE_URL',
      'PostgreSQL cannot run as root, and there is no user cortex, postgres or nobody. Create the user cortex, or set DATABASE_URL',
    )
  }
  return { home: openHome({ dataDir, home, account, exists: cluster !== undefined, logger }), account }
}

function openHome(use: {
  dataDir: string
  home: string
  account: Account
  exists: boolean
  logger: DatabaseLogger
}): string {
  const { dataDir, home, account, exists, logger } = use
  if (home.startsWith(outsideFolder)) return makeOutsideHome(home, account)
  openToGroup(dataDir, account)
  const [closed] = closedFolders(dataDir, account)
  if (closed === undefined) return makeHome(home, account)
  if (exists) {
    throw serviceUnavailable(
      `用户 ${account.name} 无法进入 ${closed}，数据库在 ${home} 中。请放开该目录的进入权限，或移动数据目录`,
      `The user ${account.name} cannot enter ${closed}, and the database is in ${home}. Let it enter (chmod o+x), or move the data folder`,
    )
  }
  const outside = join(outsideFolder, pathHash(realpathSync(dataDir)))
  writeFileSync(join(dataDir, pointerName), `${outside}\n`, { mode: 0o600 })
  logger.warn(
    { home: outside, closed, account: account.name },
    `the database is in ${outside}: its user ${account.name} cannot enter ${closed}`,
  )
  return makeOutsideHome(outside, account)
}

/** Lets the server's group pass through a data folder that is root's alone; its files stay as they are. */
function openToGroup(dataDir: string, account: Account): void {
  const folder = statSync(dataDir)
  const onlyRoot = folder.uid === 0 && (folder.mode & 0o077) === 0
  const closed = closedFolders(dataDir, account)
  if (!onlyRoot || closed.length !== 1 || closed[0] !== realpathSync(dataDir)) return
  chownSync(dataDir, 0, account.gid)
  chmodSync(dataDir, 0o710)
}

function makeOutsideHome(home: string, account: Account): string {
  mkdirSync(outsideFolder, { recursive: true, mode: 0o755 })
  chmodSync(outsideFolder, 0o755)
  return makeHome(home, account)
}

function makeHome(home: string, account: Account): string {
  // `recursive` for its silence when another node makes it at the same moment.
  mkdirSync(home, { recursive: true, mode: 0o700 })
  if (statSync(home).uid !== 0) return home
  chownSync(home, 0, account.gid)
  chmodSync(home, 0o710)
  return home
}
