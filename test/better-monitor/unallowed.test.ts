import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { knock, nameOf, type ServerDoor, serverDoors } from './doors.ts'
import { expectPlainError, type Site, startSite } from './site.ts'

let site: Site
let scratch: string
let host: number
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'cortex-unallowed-'))
  // The monitor's own host, which allows nothing; even if it did what it is asked, nothing there could be reached.
  site = await startSite({
    CORTEX_PROBE_ENABLED: 'true',
    CORTEX_REPORT_INTERVAL_S: '3600',
    CORTEX_DOCKER_SOCKET: join(scratch, 'no-engine.sock'),
    CORTEX_NGINX_COMMAND: '/bin/false',
    CORTEX_NGINX_CONFIG_PATH: join(scratch, 'nginx.conf'),
    CORTEX_NGINX_PREFIX: scratch,
    ...(process.getuid?.() === 0 && { CORTEX_TERMINAL_RUN_AS: 'nobody' }),
  })
  const [self] = await site.node.sql`select id from nodes where is_self`
  host = Number(self?.['id'])
})
afterAll(async () => {
  await site?.close()
  await rm(scratch, { recursive: true, force: true })
})

/** What the host must allow for it; undefined: looking, which every host allows. */
function capabilityOf({ method, path }: ServerDoor): string | undefined {
  const area = /^\/servers\/\{id\}\/(files|processes|docker|nginx|terminal)\b/.exec(path)?.[1]
  const reveals = area === 'files' && !path.endsWith('/roots')
  return method !== 'get' || reveals ? area : undefined
}

test.each(
  serverDoors.flatMap((door) => {
    const capability = capabilityOf(door)
    return capability === undefined ? [] : [[nameOf(door), capability, door] as const]
  }),
)('%s: a host that does not allow %s refuses and names it, also to an admin', async (_name, capability, door) => {
  const text = expectPlainError(await knock(site.admin, door, host), 403, 'FORBIDDEN')
  expect(text).toContain(capability)
})
