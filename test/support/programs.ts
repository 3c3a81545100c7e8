import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Tests that work on a real program of the host, and the programs they need (Debian packages in `.ci/run`). */
const needs: Record<string, readonly string[]> = {
  'test/browser/**': ['chromium'],
  'test/browser/docker.test.ts': ['dockerd', 'docker', 'docker-compose', 'busybox'],
  'test/browser/nginx.test.ts': ['nginx', 'pebble', 'openssl'],
  'test/probe/certificate.test.ts': ['openssl'],
  'test/host/nginx/**': ['nginx', 'pebble', 'openssl'],
  'test/host/docker/**': ['dockerd', 'docker', 'docker-compose', 'busybox'],
  'test/operations/whole-way.test.ts': [
    ...['nginx', 'pebble', 'openssl', 'dockerd', 'docker-compose', 'busybox'],
    ...['vim', 'less', 'top'],
  ],
  'test/replicas/example.test.ts': ['nginx', 'curl', 'bash'],
  'test/notifications/channels-reached.test.ts': ['openssl'],
  'test/host/terminal/sessions.test.ts': ['vim', 'less', 'top', 'setpriv'],
}

/** Where Debian puts programs of the administrator, which an ordinary user's PATH leaves out. */
const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']

/**
 * Patterns of the tests that cannot run on this machine for want of a program, told on stderr. On CI none is left out:
 * there a missing program makes its tests fail.
 */
export function testsWithoutProgram(): string[] {
  if (process.env['CI']) return []
  return Object.entries(needs).flatMap(([pattern, programs]) => {
    const missing = programs.filter((program) => !isUsable(program))
    if (missing.length === 0) return []
    process.stderr.write(`left out for want of ${missing.join(', ')}: ${pattern}\n`)
    return [pattern]
  })
}

/** A Docker engine of a test's own only root can start. */
function isUsable(program: string): boolean {
  if (program === 'dockerd' && process.getuid?.() !== 0) return false
  return folders.some((folder) => isExecutable(join(folder, program)))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
