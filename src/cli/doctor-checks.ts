import { constants } from 'node:fs'
import { access, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { MIN_NODE_MAJOR } from '../platform/runtime.ts'
import type { Config } from '../platform/config/schema.ts'

export interface Finding {
  status: 'ok' | 'warning' | 'failed'
  text: string
  /** What the person should do; absent when all is well. */
  todo?: string
}

/** One thing `cortex doctor` looks at. It changes nothing and shows no secret. */
export interface DoctorCheck {
  name: string
  /** Whether it means anything for this node: a leaf has no database. */
  applies(config: Config): boolean
  /** Finds out; ends when `signal` is aborted. What it throws is reported as a failed finding. */
  run(config: Config, signal: AbortSignal): Promise<Finding[]>
}

const MIN_FREE_BYTES = 1_073_741_824

/** The checks that need nothing but the platform. */
export const platformChecks: readonly DoctorCheck[] = [
  { name: 'runtime', applies: () => true, run: async () => [checkRuntime(process.versions.node)] },
  { name: 'data folder', applies: () => true, run: (config) => checkDataDir(config.data_dir) },
  { name: 'exposure', applies: (config) => config.monitor.enabled, run: async (config) => [checkExposure(config)] },
]

export function checkRuntime(version: string): Finding {
  const enough = Number.parseInt(version, 10) >= MIN_NODE_MAJOR
  return enough
    ? { status: 'ok', text: `Node ${version}` }
    : { status: 'failed', text: `Node ${version} is too old`, todo: `install Node ${MIN_NODE_MAJOR} or later` }
}

export function checkExposure({ server }: Pick<Config, 'server'>): Finding {
  const isLocal = server.host === 'localhost' || server.host === '::1' || server.host.startsWith('127.')
  if (isLocal) return { status: 'ok', text: `listens on ${server.host}:${server.port}, this host only` }
  if (server.public_url?.startsWith('https:')) return { status: 'ok', text: `is reached by ${server.public_url}` }
  return {
    status: 'warning',
    text: `listens on ${server.host}:${server.port} without TLS`,
    todo: 'put a reverse proxy with TLS before it and set server.public_url, or keep it inside a private network',
  }
}

async function checkDataDir(path: string): Promise<Finding[]> {
  const existing = await nearestExisting(path)
  const findings: Finding[] = []
  try {
    await access(existing, constants.R_OK | constants.W_OK | constants.X_OK)
    findings.push({ status: 'ok', text: existing === path ? path : `${path} will be made at the first start` })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const todo = 'make it writable for this user, or set data_dir'
    findings.push({ status: 'failed', text: `${existing} cannot be written by this user (${code})`, todo })
  }
  const { bavail, bsize } = await statfs(existing)
  if (bavail * bsize < MIN_FREE_BYTES) {
    const mib = Math.floor((bavail * bsize) / 1_048_576)
    findings.push({
      status: 'warning',
      text: `only ${mib} MiB are free there`,
      todo: 'make room, or move data_dir to a larger disk',
    })
  }
  const secret = join(path, 'secret.key')
  const mode = (await statIfThere(secret))?.mode
  if (mode !== undefined && (mode & 0o077) !== 0) {
    findings.push({ status: 'failed', text: `${secret} can be read by other users`, todo: `chmod 600 ${secret}` })
  }
  return findings
}

async function nearestExisting(path: string): Promise<string> {
  return (await statIfThere(path)) || dirname(path) === path ? path : nearestExisting(dirname(path))
}

async function statIfThere(path: string): Promise<{ mode: number } | undefined> {
  try {
    return await stat(path)
  } catch (error) {
    // A folder above that may not be entered is reported by the one that is checked instead of it.
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
