import type { Directive } from '../reading/directives.ts'
import { allNamed } from '../reading/directives.ts'

export const AVAILABLE = 'sites-available'
export const ENABLED = 'sites-enabled'
export const CONF_D = 'conf.d'
export const DISABLED_END = '.disabled'

/** Where a new site goes: Debian's two folders, or conf.d; `ending` is what an enabled name must end with to be read. */
export interface Layout {
  kind: 'sites' | 'conf.d'
  ending: '' | '.conf'
}

/** The layout that the main configuration reads; null when it reads neither. `relative`: a path within nginx's folder. */
export function layoutOf(main: readonly Directive[], relative: (path: string) => string | null): Layout | null {
  const patterns = allNamed(main, 'include').map(({ args }) => relative(args[0] ?? ''))
  const ending = (folder: string): '' | '.conf' | null => {
    const ends = patterns
      .filter((pattern) => pattern?.startsWith(`${folder}/`))
      .map((pattern) => pattern?.slice(folder.length + 1))
    if (ends.includes('*')) return ''
    return ends.includes('*.conf') ? '.conf' : null
  }
  const sites = ending(ENABLED)
  if (sites !== null) return { kind: 'sites', ending: sites }
  return ending(CONF_D) === null ? null : { kind: 'conf.d', ending: '.conf' }
}

/** Where the pieces of a site of this name belong in a layout. */
export function placesOf(layout: Layout, name: string): { file: string; disabledFile: string; entry: string } {
  if (layout.kind === 'conf.d') {
    const file = `${CONF_D}/${withEnding(name, '.conf')}`
    return { file, disabledFile: `${file}${DISABLED_END}`, entry: file }
  }
  const file = `${AVAILABLE}/${name}`
  return { file, disabledFile: file, entry: `${ENABLED}/${withEnding(name, layout.ending)}` }
}

const withEnding = (name: string, ending: string): string => (name.endsWith(ending) ? name : `${name}${ending}`)
