/** What may be granted without a path, in the order of the command. */
export const plainGrants = ['terminal', 'processes', 'docker', 'nginx', 'upgrade'] as const
export type PlainGrant = (typeof plainGrants)[number]

export interface Granted {
  plain: ReadonlySet<PlainGrant>
  /** Folders, one a line; `:ro` at the end is read only. */
  folders: string
}

/**
 * The end of a join command that grants what was chosen, quoted for a shell; empty when nothing is granted. Null when a
 * folder is none: not absolute, or with a comma, which separates grants.
 */
export function allowOption({ plain, folders }: Granted): string | null {
  const paths = folders
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  if (paths.some((path) => !path.startsWith('/') || path.includes(',') || path.includes('\0'))) return null
  const grants = [...plainGrants.filter((name) => plain.has(name)), ...paths.map((path) => `files:${path}`)]
  return grants.length === 0 ? '' : ` --allow ${quoted(grants.join(','))}`
}

function quoted(text: string): string {
  return /^[\w./:,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
