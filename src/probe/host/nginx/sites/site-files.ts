import { posix } from 'node:path'
import type { ConfigFolder } from '../changing/config-folder.ts'
import type { FileState, FileThere } from '../changing/file-state.ts'
import { AVAILABLE, CONF_D, DISABLED_END, ENABLED } from './layout.ts'

/** A site as it lies in nginx's folder. */
export interface SiteFile {
  name: string
  /** Where its text is; names are relative to nginx's folder. */
  file: string
  /** Null for a link that leads out of the folder: seen, but not read and not written. */
  content: FileThere | null
  /** What makes it enabled when nginx reads it: links to its file, or the file itself. */
  entries: string[]
}

const MAX_SITES = 2_000

/** Every site in the folders of both layouts, by name. */
export async function readSiteFiles(folder: ConfigFolder): Promise<SiteFile[]> {
  const sites = new Map<string, SiteFile>()
  const byFile = new Map<string, SiteFile>()
  const add = (name: string, file: string, state: FileState, entries: string[]): void => {
    if (state.kind === 'absent' || sites.has(name) || sites.size >= MAX_SITES) return
    const site = { name, file, content: state.kind === 'file' ? state : null, entries }
    sites.set(name, site)
    byFile.set(file, site)
  }

  const enabled: { entry: string; target: string | null; state: FileState }[] = []
  for (const name of await folder.names(ENABLED)) {
    const entry = `${ENABLED}/${name}`
    const state = await stateOrLink(folder, entry)
    const target = state.kind === 'link' ? inFolder(folder.path, ENABLED, state.target) : null
    // A file of its own, or a link to elsewhere: it runs, so it has the name.
    if (target === null) add(name, entry, state, [entry])
    enabled.push({ entry, target, state })
  }
  for (const name of await folder.names(AVAILABLE)) {
    const file = `${AVAILABLE}/${name}`
    add(name, file, await stateOrLink(folder, file), [])
  }
  for (const { entry, target } of enabled) if (target !== null) byFile.get(target)?.entries.push(entry)
  for (const name of await folder.names(CONF_D)) {
    const match = /^(.+?)\.conf(\.disabled)?$/.exec(name)
    if (!match) continue
    const file = `${CONF_D}/${name}`
    const free = [match[1] ?? name, `${match[1]}.conf`].find((candidate) => !sites.has(candidate))
    if (free !== undefined) {
      add(free, file, await stateOrLink(folder, file), name.endsWith(DISABLED_END) ? [] : [file])
    }
  }
  return [...sites.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The name within the folder that a link in `from` leads to; null when it leads out. */
function inFolder(path: string, from: string, target: string): string | null {
  const whole = posix.resolve(path, from, target)
  return whole.startsWith(`${path}/`) ? whole.slice(path.length + 1) : null
}

/** Folders, pipes and oversized files among the sites are shown as what cannot be read, not as an error of the whole. */
async function stateOrLink(folder: ConfigFolder, name: string): Promise<FileState> {
  try {
    return await folder.state(name)
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'CONFLICT' || code === 'FORBIDDEN' || code === 'EACCES') return { kind: 'link', target: '' }
    throw error
  }
}
