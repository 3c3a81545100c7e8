import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { badPackage } from './upgrade-errors.ts'
import { createTarReader, type TarEntry } from './tar-reader.ts'

const limits = { maxFiles: 20_000, maxBytes: 256 * 1024 * 1024, maxEntryBytes: 64 * 1024 * 1024 }
const top = 'package/'

/**
 * Unpacks what `npm pack` made into `folder`, which is empty: plain files and folders below `package/` and nothing else.
 * Throws UPGRADE_REFUSED for a path that leads out, a link, a device, and whatever is too much. Everything is on disk at
 * the end.
 */
export async function unpack(packed: Uint8Array, folder: string): Promise<void> {
  const seen = new Set<string>()
  let bytes = 0

  async function put({ path, type, executable, content }: TarEntry): Promise<void> {
    const below = pathBelow(path)
    if (type === 'folder') return void (await mkdir(join(folder, below), { recursive: true, mode: 0o755 }))
    if (type !== 'file') throw badPackage(`${shown(path)} 是链接或设备`, `${shown(path)} is a link or a device`)
    bytes += content.length
    if (seen.has(below)) throw badPackage(`${shown(path)} 出现两次`, `${shown(path)} is there twice`)
    if (seen.add(below).size > limits.maxFiles || bytes > limits.maxBytes)
      throw badPackage('内容过多', 'it holds too much')
    const target = join(folder, below)
    await mkdir(dirname(target), { recursive: true, mode: 0o755 })
    const file = await open(target, 'wx', executable ? 0o755 : 0o644)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
  }

  const reader = createTarReader({ maxEntryBytes: limits.maxEntryBytes, take: put })
  try {
    await pipeline(Readable.from([packed]), createGunzip(), async (unzipped: AsyncIterable<Buffer>) => {
      for await (const chunk of unzipped) await reader.add(chunk)
      await reader.end()
    })
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (typeof code === 'string' && code.startsWith('Z_')) throw badPackage('不是 gzip', 'it is no gzip')
    if (code === 'EEXIST' || code === 'ENOTDIR') throw badPackage('路径重复', 'a path is there twice')
    throw error
  }
}

/** The path below `package/`, when it stays there. */
function pathBelow(path: string): string {
  const parts = path.replace(/\/$/, '').split('/')
  const escapes = parts.some((part) => part === '' || part === '.' || part === '..' || /[\0\\]/.test(part))
  if (escapes || !`${path}/`.startsWith(top) || path.length > 1000) {
    throw badPackage(`路径 ${shown(path)} 不在 package 之内`, `the path ${shown(path)} leads out of it`)
  }
  return parts.slice(1).join('/')
}

const shown = (path: string): string => JSON.stringify(path.slice(0, 200))
