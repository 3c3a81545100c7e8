/** The address of a socket of this monitor, over TLS when the page came so. */
export function socketUrl(path: string): URL {
  const url = new URL(path, location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return url
}
