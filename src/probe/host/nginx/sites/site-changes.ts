import { conflict } from '../../../../contract/errors.ts'
import { absent, type Change, fileOf, type FileState, type FileThere } from '../changing/file-state.ts'
import { etagOf } from '../etag.ts'
import { changedMeanwhile, outsideOfFolder } from '../nginx.errors.ts'
import { type Layout, placesOf } from './layout.ts'
import type { SiteFile } from './site-files.ts'

/** A site with what nginx makes of it. */
export interface Site extends SiteFile {
  enabled: boolean
}

/** What has to be written for a new site. */
export function creation(layout: Layout, name: string, config: string, enabled: boolean): Change {
  const { file, disabledFile, entry } = placesOf(layout, name)
  if (layout.kind === 'conf.d') return new Map([[enabled ? file : disabledFile, fileOf(config)]])
  const change: Change = new Map([[file, fileOf(config)]])
  if (enabled) change.set(entry, { kind: 'link', target: `../${file}` })
  return change
}

/** A new text for a site. Throws CONFLICT when it is not what `etag` names any more. */
export function update(site: Site, config: string, etag: string | undefined): Change {
  demandEtag(contentOf(site), etag, site.file)
  return new Map([[site.file, fileOf(config)]])
}

/** What is to be taken away; what makes it run goes first. */
export function deletion(site: Site): Change {
  const names = [...site.entries.filter((entry) => entry !== site.file), site.file]
  return new Map(names.map((name) => [name, absent]))
}

/** Empty when the site is enabled already. */
export function enabling(site: Site, layout: Layout): Change {
  if (site.enabled) return new Map()
  if (site.file.startsWith('conf.d/')) {
    const { file } = placesOf({ kind: 'conf.d', ending: '.conf' }, site.name)
    return site.file === file ? new Map() : moved(site, file)
  }
  const { entry } = placesOf(layout, site.name)
  if (layout.kind === 'conf.d') return new Map([[entry, contentOf(site)]])
  if (site.entries.includes(entry)) return new Map()
  return new Map([[entry, { kind: 'link', target: `../${site.file}` }]])
}

/** Empty when the site is disabled already. */
export function disabling(site: Site, sites: readonly Site[]): Change {
  if (site.entries.length === 0) return new Map()
  if (!site.entries.includes(site.file)) return new Map(site.entries.map((entry) => [entry, absent]))
  const to = site.file.startsWith('conf.d/') ? `${site.file}.disabled` : `sites-available/${site.name}`
  if (sites.some(({ file }) => file === to)) throw alreadyThere(to)
  return moved(site, to)
}

export function contentOf(site: SiteFile): FileThere {
  if (!site.content) throw outsideOfFolder(site.file)
  return site.content
}

export function demandEtag(current: FileThere, etag: string | undefined, shown: string): void {
  const now = etagOf(current.content)
  if (etag !== undefined && etag !== now) throw changedMeanwhile(shown, now)
}

const moved = (site: Site, to: string): Change =>
  new Map<string, FileState>([
    [to, contentOf(site)],
    [site.file, absent],
  ])

const alreadyThere = (file: string) =>
  conflict(`${file} 已存在；请先在主机上移走`, `${file} exists already: move it away on the host first`)
