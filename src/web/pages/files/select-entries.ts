import type { FileEntry } from '../../../contract/operations/files.ts'

const compare = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' }).compare

/** What of a folder is shown, in which order: folders first, `sort` as the address has it (`name`, `-size`, `mtime`). */
export function selectEntries(
  entries: readonly FileEntry[],
  { sort, hidden, q }: { sort: string; hidden: boolean; q: string },
): FileEntry[] {
  const wanted = q.toLowerCase()
  const shown = entries.filter(
    ({ name }) => (hidden || !name.startsWith('.')) && (wanted === '' || name.toLowerCase().includes(wanted)),
  )
  const key = sort.replace(/^-/, '')
  const sign = sort.startsWith('-') ? -1 : 1
  const by = (a: FileEntry, b: FileEntry) => {
    if (key === 'size') return a.size - b.size
    if (key === 'mtime') return a.mtime < b.mtime ? -1 : Number(a.mtime > b.mtime)
    if (key === 'owner') return compare(a.owner, b.owner)
    return 0
  }
  const isFolder = (entry: FileEntry) => Number(entry.type === 'directory')
  return shown.toSorted((a, b) => isFolder(b) - isFolder(a) || sign * (by(a, b) || compare(a.name, b.name)))
}
