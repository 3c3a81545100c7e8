/** One `listen`: where a server block takes connections. */
export interface Listen {
  /** As it is written, without its options. */
  address: string
  /** Null for a unix socket. */
  port: number | null
  ssl: boolean
  defaultServer: boolean
}

/** Reads the arguments of `listen`; null when there are none. */
export function parseListen(args: readonly string[]): Listen | null {
  const [address, ...options] = args
  if (address === undefined) return null
  return {
    address,
    port: portOf(address),
    ssl: options.includes('ssl') || options.includes('quic'),
    defaultServer: options.includes('default_server') || options.includes('default'),
  }
}

function portOf(address: string): number | null {
  if (address.startsWith('unix:')) return null
  if (/^\d+$/.test(address)) return Number(address)
  const port = /^(?:\[[^\]]*\]|[^:\]]*):(\d+)$/.exec(address)?.[1]
  return port === undefined ? 80 : Number(port)
}
