import { homedir, hostname } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import type { Config, WrittenConfig } from './schema.ts'

export interface HostFacts {
  hostname: string
  isRoot: boolean
  homeDir: string
  /** `$XDG_DATA_HOME`, when set. */
  xdgDataHome: string | undefined
}

export function hostFacts(env: NodeJS.ProcessEnv): HostFacts {
  return {
    hostname: hostname(),
    isRoot: process.getuid?.() === 0,
    homeDir: env['HOME'] || homedir(),
    xdgDataHome: env['XDG_DATA_HOME'] || undefined,
  }
}

/** Fills in what depends on the host. A relative `data_dir` is below `baseDir`, the folder of the config file. */
export function withHostDefaults(written: WrittenConfig, host: HostFacts, baseDir: string): Config {
  const { node, server, monitor, replicas, data_dir } = written
  const id = node.id ?? agentIdFromHostname(host.hostname)
  return {
    ...written,
    // Several processes of one monitor, on hosts of their own, have one name.
    node: { id, name: node.name ?? (replicas.enabled ? id : host.hostname || 'node') },
    server: { ...server, host: server.host ?? (monitor.enabled ? '0.0.0.0' : '127.0.0.1') },
    data_dir: data_dir === undefined ? defaultDataDir(host) : expand(data_dir, host.homeDir, baseDir),
  }
}

/** A host name as an agent_id: what an id may not contain becomes `-`. */
export function agentIdFromHostname(name: string): string {
  const id = name
    .replace(/[^A-Za-z0-9._:-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 128)
  return id || 'node'
}

function defaultDataDir(host: HostFacts): string {
  if (host.isRoot) return '/var/lib/cortex'
  return join(host.xdgDataHome ?? join(host.homeDir, '.local', 'share'), 'cortex')
}

function expand(path: string, homeDir: string, baseDir: string): string {
  if (path === '~' || path.startsWith('~/')) return join(homeDir, path.slice(1))
  return isAbsolute(path) ? path : resolve(baseDir, path)
}
