/** One range of `Range: bytes=…`, as the host takes it; null when there is none, several, or it is no range of bytes. */
export function parseRange(header: string | undefined): { start: number; end?: number } | { suffix: number } | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '')
  if (!match) return null
  const [, start = '', end = ''] = match
  if (start !== '') return end === '' ? { start: Number(start) } : { start: Number(start), end: Number(end) }
  return end === '' ? null : { suffix: Number(end) }
}

/** `Content-Disposition` that saves under that name, whatever characters it has (RFC 6266). */
export function attachment(name: string): string {
  const ascii = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(name.toWellFormed()).replaceAll(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)}`
}
