import { opendir } from 'node:fs/promises'
import type { FileEntry, FileList } from '../../../contract/operations/files.ts'
import { readUserNames } from '../user-names.ts'
import { entryIn } from './file-entry.ts'
import { type Names, shownPath } from './file-path.ts'
import type { HeldFolder } from './held-folder.ts'
import type { Walker } from './walk.ts'

export interface ListLimits {
  /** Names of one folder that are read; beyond, the list says that it is cut. */
  maxNames: number
  /** Of the entries of one answer, as JSON. */
  maxBytes: number
}

interface Found {
  name: Buffer
  isFolder: boolean
}

/** How many entries are looked at together: enough for the pool of threads, too few to crowd others out of it. */
const LOOKS_AT_ONCE = 16

/** One page of a folder: folders first, then by name. The page ends early when the answer would become too large. */
export function listFolder(
  walker: Walker,
  names: Names,
  page: { limit: number; offset: number },
  limits: ListLimits,
): Promise<FileList> {
  return walker.inFolder(names, async ({ folder, names: real }) => {
    const users = await readUserNames()
    const path = shownPath(real)
    const { found, cut } = await namesIn(folder, limits.maxNames)
    const wanted = found.slice(page.offset, page.offset + page.limit)
    const entries: FileEntry[] = []
    let bytes = 0
    let seen = 0
    while (seen < wanted.length && bytes < limits.maxBytes) {
      const some = wanted.slice(seen, seen + LOOKS_AT_ONCE)
      const described = await Promise.all(some.map(({ name }) => entryIn(folder, name, path, users)))
      for (const entry of described) {
        bytes += entry === null ? 0 : Buffer.byteLength(JSON.stringify(entry)) + 1
        if (bytes > limits.maxBytes) break
        seen += 1
        if (entry) entries.push(entry)
      }
    }
    const next = page.offset + seen
    const more = next < found.length
    return { path, entries, total: found.length, truncated: more || cut, next_offset: more ? next : null }
  })
}

async function namesIn(folder: HeldFolder, maxNames: number): Promise<{ found: Found[]; cut: boolean }> {
  const found: Found[] = []
  // The path ends in the held folder itself, so there is no link that could be followed.
  const entries = await opendir(folder.self, { encoding: 'buffer' as BufferEncoding, bufferSize: 1024 })
  let cut = false
  for await (const entry of entries) {
    if (found.length >= maxNames) {
      cut = true
      break
    }
    found.push({ name: entry.name as unknown as Buffer, isFolder: entry.isDirectory() })
  }
  found.sort((a, b) => Number(b.isFolder) - Number(a.isFolder) || Buffer.compare(a.name, b.name))
  return { found, cut }
}
