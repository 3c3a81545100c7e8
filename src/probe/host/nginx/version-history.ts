import type { NginxDiff, NginxOutcome, NginxVersion } from '../../../contract/operations/nginx.ts'
import type { FileState } from './changing/file-state.ts'
import { lineDiff } from './changing/line-diff.ts'
import type { KeptVersion } from './changing/versions.ts'
import { siteUnknown, versionUnknown } from './nginx.errors.ts'
import type { NginxCore } from './nginx-core.ts'
import { placesOf } from './sites/layout.ts'

/** Earlier contents of the main configuration and of sites, also of deleted ones. */
export interface VersionHistory {
  /** Newest first; of the main configuration when no site is named. */
  list(site: string | undefined): Promise<NginxVersion[]>
  /** From that version to what stands there now. */
  diff(id: number): Promise<NginxDiff>
  /** Puts a version back, tested like any other change. */
  restore(id: number, signal?: AbortSignal): Promise<NginxOutcome>
}

/** Of all texts of an answer together: it fits also when every character is escaped. */
const MAX_DIFF_CHARS = 400_000

export function createVersionHistory(core: NginxCore): VersionHistory {
  const { files, versions } = core

  function versionOf(id: number): KeptVersion {
    const version = versions.get(id)
    if (!version) throw versionUnknown(id)
    return version
  }

  async function pathOf(site: string | undefined): Promise<string> {
    if (site === undefined) return (await files.main()).name
    const there = (await files.sites()).find(({ name }) => name === site)
    if (there) return there.file
    const layout = await files.layout()
    if (!layout) throw siteUnknown(site)
    return placesOf(layout, site).file
  }

  return {
    async list(site) {
      const name = await pathOf(site)
      const shown = await files.shown(name)
      return versions.list(name).map((version) => ({ ...version, path: shown }))
    },
    async diff(id) {
      const { path, content, created_at } = versionOf(id)
      const now = await (await files.folder()).state(path)
      const text = (state: FileState): string =>
        state.kind === 'file' ? Buffer.from(state.content).toString('utf8') : ''
      const names = { before: `${path} (${created_at})`, after: `${path} (now)` }
      const [before, after] = [Buffer.from(content).toString('utf8'), text(now)]
      const diff = lineDiff(before, after, names)
      const sides = diff.length + before.length + after.length <= MAX_DIFF_CHARS ? { before, after } : {}
      return { id, path: await files.shown(path), diff: diff.slice(0, MAX_DIFF_CHARS), ...sides }
    },
    async restore(id, signal) {
      const { path, content } = versionOf(id)
      return core.change(async () => new Map([[path, { kind: 'file', content }]]), { keep: true, signal })
    },
  }
}
