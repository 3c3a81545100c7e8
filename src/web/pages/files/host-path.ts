/** A folder that a node lets people work in. */
export interface Root {
  path: string
  writable: boolean
}

export const joined = (folder: string, name: string): string => (folder === '/' ? `/${name}` : `${folder}/${name}`)
export const nameOf = (path: string): string => path.split('/').at(-1) || path
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/'))) || '/'

const isWithin = (path: string, root: string) => path === root || path.startsWith(root === '/' ? '/' : `${root}/`)

/** The root that a path lies in, the nearest when they lie in each other; null when it lies in none. */
export function rootOf(path: string, roots: readonly Root[]): Root | null {
  const over = roots.filter((root) => isWithin(path, root.path))
  return over.toSorted((a, b) => b.path.length - a.path.length)[0] ?? null
}

/** The way from the outermost root to a folder: what one may click on to go up. */
export function crumbsOf(path: string, roots: readonly Root[]): Array<{ name: string; path: string }> {
  const outermost = roots
    .filter((root) => isWithin(path, root.path))
    .toSorted((a, b) => a.path.length - b.path.length)[0]
  if (!outermost) return [{ name: path, path }]
  const crumbs = [{ name: outermost.path, path: outermost.path }]
  for (const name of path.slice(outermost.path.length).split('/').filter(Boolean)) {
    crumbs.push({ name, path: joined(crumbs.at(-1)?.path ?? '', name) })
  }
  return crumbs
}

/** Why a name cannot be given to a file; null when it can. The node has the last word. */
export function whyNoName(name: string): 'empty' | 'slash' | 'dots' | null {
  if (name.trim() === '') return 'empty'
  if (name.includes('/') || name.includes('\0')) return 'slash'
  return name === '.' || name === '..' ? 'dots' : null
}
