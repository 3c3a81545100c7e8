import { createHash } from 'node:crypto'
import { type BigIntStats, constants } from 'node:fs'
import { lstat, open, readlink, rename, unlink, type FileHandle } from 'node:fs/promises'
import { forbidden, invalidRequest, payloadTooLarge, timeout } from '../../../contract/errors.ts'
import type { FileUploadParams, FileWritten } from '../../../contract/operations/files.ts'
import { within } from '../../../lib/within.ts'
import type { ByteSource } from '../../../tree/link/stream-head.ts'
import { etagOf } from './etag.ts'
import { alreadyThere, belongsToNode, fileChanged, linkOnTheWay, notAFile, plantedLink } from './file-errors.ts'
import { timeOf, typeOf } from './file-entry.ts'
import { shownName } from './file-name.ts'
import { type Names, shownPath } from './file-path.ts'
import { syncFolder } from './held-folder.ts'
import type { OneAtATime } from './one-at-a-time.ts'
import { errnoOf } from './os-refusal.ts'
import { mayBePlanted } from './planted-link.ts'
import { partName, removeLeftParts } from './part-files.ts'
import type { Spot, Walker } from './walk.ts'

const NEW_PART = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
const NEW_FILE_MODE = 0o644
/** The rights of a replaced file that its successor gets: new content never inherits set-uid or set-gid. */
const KEPT_MODE = 0o777

export interface WriteParts {
  walker: Walker
  turns: OneAtATime
  /** Of 16 random hex characters: names the part file. */
  randomName: () => string
  clock: () => number
}

export interface WriteLimits {
  maxBytes: number
  /** How long nothing may come before the upload is given up. */
  stallTimeoutMs: number
}

/**
 * Writes a file so that at every moment the old or the whole new one is there, also after a crash: into a part file
 * beside it, to disk, renamed. A replaced file keeps owner, group and mode, but no set-uid; its other names keep the old
 * content. Only an orderly end of `source` counts; after anything else nothing has changed.
 */
export function writeFile(
  { walker, turns, randomName, clock }: WriteParts,
  names: Names,
  params: Omit<FileUploadParams, 'path'>,
  source: ByteSource,
  limits: WriteLimits,
): Promise<FileWritten> {
  return walker.atTarget(names, async (spot) => {
    const { folder, name } = spot
    mustBeReplaceable(spot, await whatIsThere(spot), params)
    await removeLeftParts(folder, clock())
    const part = partName(randomName())
    const file = await open(folder.at(part), NEW_PART, NEW_FILE_MODE)
    try {
      const received = await receive(file, source, limits, params.size, shownPath(names))
      // Two writers here cannot both find the state that they know; another program's change between the look and the
      // rename is lost, because Linux has no rename that compares.
      return await turns.run(`${folder.stat.dev}:${folder.stat.ino}:${name.toString('hex')}`, async () => {
        const old = await whatIsThere(spot)
        mustBeReplaceable(spot, old, params)
        if (old) await takeOver(file, old, names)
        await file.sync()
        await rename(folder.at(part), folder.at(name))
        await syncFolder(folder)
        const stat = await file.stat({ bigint: true })
        return { path: shownPath(names), ...received, mtime: timeOf(stat), etag: etagOf(stat) }
      })
    } catch (error) {
      await discard(folder.at(part))
      throw error
    } finally {
      await file.close()
    }
  })
}

interface Old {
  stat: BigIntStats
  target: Buffer | null
}

async function whatIsThere({ folder, name }: Spot): Promise<Old | null> {
  try {
    const stat = await lstat(folder.at(name), { bigint: true })
    return { stat, target: stat.isSymbolicLink() ? await readlink(folder.at(name), { encoding: 'buffer' }) : null }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null
    throw error
  }
}

/** Throws when what is there must not be replaced, or is not what the writer knows. */
function mustBeReplaceable(
  { names, own, folder }: Spot,
  old: Old | null,
  { etag, overwrite }: Pick<FileUploadParams, 'etag' | 'overwrite'>,
): void {
  if (old === null) {
    if (etag !== undefined) throw fileChanged(names)
    return
  }
  if (own.has(old.stat)) throw belongsToNode(names)
  if (old.target !== null) throw linkOnTheWay(names, shownName(old.target))
  if (!old.stat.isFile()) throw notAFile(names, typeOf(old.stat))
  if (!overwrite) throw alreadyThere(names)
  if (mayBePlanted(old.stat, folder.stat)) throw plantedLink(names)
  if (etag !== undefined && etag !== etagOf(old.stat)) throw fileChanged(names)
}

async function receive(
  file: FileHandle,
  source: ByteSource,
  { maxBytes, stallTimeoutMs }: WriteLimits,
  announced: number | undefined,
  path: string,
): Promise<{ size: number; sha256: string }> {
  const limit = Math.min(maxBytes, announced ?? maxBytes)
  const hash = createHash('sha256')
  let size = 0
  for (;;) {
    const next = await within(source.read(), stallTimeoutMs)
    if (!next.inTime) throw stalled(path, size)
    if (next.value === null) break
    size += next.value.length
    if (size > limit)
      throw announced !== undefined && size > announced ? notAsAnnounced(path, announced) : tooLarge(path, maxBytes)
    hash.update(next.value)
    await file.writeFile(next.value)
  }
  if (announced !== undefined && size !== announced) throw notAsAnnounced(path, announced)
  return { size, sha256: hash.digest('hex') }
}

/** Gives the new file owner, group and mode of the old one; FORBIDDEN when this node may not give files away. */
async function takeOver(file: FileHandle, { stat }: Old, names: Names): Promise<void> {
  const now = await file.stat({ bigint: true })
  try {
    if (now.uid !== stat.uid || now.gid !== stat.gid) await file.chown(Number(stat.uid), Number(stat.gid))
  } catch (error) {
    if (errnoOf(error) !== 'EPERM') throw error
    throw ownerCannotBeKept(names, error)
  }
  await file.chmod(Number(stat.mode) & KEPT_MODE)
}

async function discard(part: Buffer): Promise<void> {
  try {
    await unlink(part)
  } catch (error) {
    // Renamed already, or its folder is gone: nothing is left behind.
    if (errnoOf(error) !== 'ENOENT') throw error
  }
}

const stalled = (path: string, size: number) =>
  timeout(
    `上传 ${path} 长时间没有数据，已放弃；请重试`,
    `Nothing came for too long while ${path} was uploaded: try again`,
    { details: { path, received_bytes: size } },
  )

const notAsAnnounced = (path: string, announced: number) =>
  invalidRequest(
    `收到的字节数与声明的 ${announced} 不符，${path} 未改动`,
    `Not the announced ${announced} bytes came: ${path} was not changed`,
    { details: { path, announced_bytes: announced } },
  )

const tooLarge = (path: string, maxBytes: number) =>
  payloadTooLarge(`${path} 的内容超过 ${maxBytes} 字节`, `More than ${maxBytes} bytes came for ${path}`, {
    details: { path, max_bytes: maxBytes },
  })

const ownerCannotBeKept = (names: Names, cause: unknown) =>
  forbidden(
    `节点无权保留 ${shownPath(names)} 的所有者，未改动；请由其所有者修改或以 root 运行节点`,
    `The node may not keep the owner of ${shownPath(names)}, so it was not changed: its owner has to change it`,
    { details: { path: shownPath(names) }, cause },
  )
