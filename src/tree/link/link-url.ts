/** The address of a monitor's link from the address of the monitor itself. Throws TypeError when that is no http(s) or ws(s) URL. */
export function linkUrl(monitorUrl: string, path: '/api/v1/link' | '/api/v1/replica-link' = '/api/v1/link'): string {
  const url = new URL(monitorUrl)
  const protocols: Record<string, string> = { 'http:': 'ws:', 'https:': 'wss:', 'ws:': 'ws:', 'wss:': 'wss:' }
  const protocol = protocols[url.protocol]
  if (!protocol) throw new TypeError(`not the URL of a monitor: ${url.protocol}//${url.host}`)
  return `${protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}${path}`
}
