import { existsSync } from 'node:fs'

/** Where the container engine listens, or why that cannot be used. */
export type EngineSocket = { ok: true; socketPath: string } | { ok: false; why: string }

/**
 * The configured socket, else what DOCKER_HOST names, else the first of Docker's and Podman's own that is there; when none
 * is, Docker's, so that the error names it.
 */
export function findEngineSocket(
  configured: string | null,
  env: Readonly<Record<string, string | undefined>>,
  exists: (path: string) => boolean = existsSync,
): EngineSocket {
  if (configured !== null) return { ok: true, socketPath: configured }
  const host = env['DOCKER_HOST']
  if (host !== undefined && host !== '') {
    const path = /^unix:\/\/(\/.+)$/.exec(host)?.[1]
    if (path !== undefined) return { ok: true, socketPath: path }
    return { ok: false, why: `DOCKER_HOST is ${host}: only unix:// sockets are used` }
  }
  const runtimeDir = env['XDG_RUNTIME_DIR']
  const known = [
    '/var/run/docker.sock',
    '/run/podman/podman.sock',
    ...(runtimeDir === undefined ? [] : [`${runtimeDir}/docker.sock`, `${runtimeDir}/podman/podman.sock`]),
  ]
  return { ok: true, socketPath: known.find(exists) ?? '/var/run/docker.sock' }
}
