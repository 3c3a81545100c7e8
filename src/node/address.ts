import { networkInterfaces } from 'node:os'
import type { Config } from '../platform/config/schema.ts'

const wildcards = new Set(['0.0.0.0', '::', '[::]'])

/**
 * The address by which others reach this node: the configured one, else what it listens on; for a node that listens
 * everywhere, its first address that is not loopback.
 */
export function publicAddress(server: Config['server'], port: number, interfaces = networkInterfaces()): string {
  if (server.public_url) return server.public_url.replace(/\/+$/, '')
  return `http://${hostInUrl(wildcards.has(server.host) ? firstAddress(interfaces) : server.host)}:${port}`
}

/** The address by which the other processes of a monitor reach this one: never the one they share. */
export function replicaAddress(config: Pick<Config, 'server' | 'replicas'>, port: number): string {
  const { public_url: _shared, ...own } = config.server
  return config.replicas.address?.replace(/\/+$/, '') ?? publicAddress(own, port)
}

/** The address by which this node reaches itself. */
export function loopbackAddress(server: Config['server'], port: number): string {
  return `http://${hostInUrl(wildcards.has(server.host) ? '127.0.0.1' : server.host)}:${port}`
}

function firstAddress(interfaces: ReturnType<typeof networkInterfaces>): string {
  const all = Object.values(interfaces).flatMap((addresses) => addresses ?? [])
  return all.find((address) => address.family === 'IPv4' && !address.internal)?.address ?? '127.0.0.1'
}

const hostInUrl = (host: string) => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host)
