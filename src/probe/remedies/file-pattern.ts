/** Whether a file name fits a pattern with `*` (any text) and `?` (one character); everything else is taken as it is. */
export function fitsPattern(name: string, pattern: string): boolean {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.')
  return new RegExp(`^${source}$`, 'su').test(name)
}
