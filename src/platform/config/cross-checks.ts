import type { WrittenConfig } from './schema.ts'

export interface CrossMistake {
  path: readonly string[]
  message: string
}

type Section = keyof WrittenConfig
interface CrossCheck {
  /** The sections it reads; it is left out while one of them has mistakes of its own. */
  needs: readonly Section[]
  /** Why the configuration makes no sense as a whole, or null. */
  find(config: WrittenConfig): CrossMistake | null
}

export const crossChecks: readonly CrossCheck[] = [
  {
    needs: ['probe', 'monitor'],
    find: ({ probe, monitor }) =>
      !probe.enabled && !monitor.enabled
        ? { path: ['monitor', 'enabled'], message: 'neither probe nor monitor is enabled: this node would do nothing' }
        : null,
  },
  {
    needs: ['probe', 'monitor', 'upstream'],
    find: ({ probe, monitor, upstream }) =>
      probe.enabled && !monitor.enabled && upstream.urls.length === 0
        ? {
            path: ['upstream', 'urls'],
            message: 'a node without a monitor needs a parent to report to: give its address',
          }
        : null,
  },
  {
    needs: ['monitor', 'database'],
    find: ({ monitor, database }) =>
      !monitor.enabled && database.url !== undefined
        ? {
            path: ['database', 'url'],
            message: 'a node without a monitor uses no database: remove it or enable the monitor',
          }
        : null,
  },
  {
    needs: ['upstream'],
    find: ({ upstream }) =>
      upstream.token !== undefined && upstream.urls.length === 0
        ? { path: ['upstream', 'token'], message: 'a token without a parent: give upstream.urls too' }
        : null,
  },
  {
    needs: ['upstream', 'server'],
    find: ({ upstream, server }) =>
      server.public_url !== undefined && upstream.urls.some((url) => sameOrigin(url, server.public_url as string))
        ? { path: ['upstream', 'urls'], message: 'holds the address of this node itself (server.public_url)' }
        : null,
  },
  {
    needs: ['probe', 'monitor'],
    find: ({ probe, monitor }) =>
      monitor.enabled && probe.enabled && monitor.offline_after_s <= probe.heartbeat_interval_s
        ? {
            path: ['monitor', 'offline_after_s'],
            message: 'must be longer than probe.heartbeat_interval_s, or nodes are offline between beats',
          }
        : null,
  },
  {
    needs: ['replicas', 'monitor'],
    find: ({ replicas, monitor }) =>
      replicas.enabled && !monitor.enabled
        ? { path: ['replicas', 'enabled'], message: 'only a monitor can be several processes: enable the monitor' }
        : null,
  },
  {
    needs: ['replicas', 'database'],
    find: ({ replicas, database }) =>
      replicas.enabled && database.url === undefined
        ? {
            path: ['replicas', 'enabled'],
            message: 'all processes share one database: give its address in database.url',
          }
        : null,
  },
  {
    needs: ['replicas', 'security'],
    find: ({ replicas, security }) =>
      replicas.enabled && security.secret_key === undefined
        ? { path: ['replicas', 'enabled'], message: 'all processes share one key: give the same security.secret_key' }
        : null,
  },
  {
    needs: ['replicas', 'monitor'],
    find: ({ replicas, monitor }) =>
      replicas.enabled && monitor.enabled && monitor.registration_token === undefined
        ? {
            path: ['replicas', 'enabled'],
            message: 'children may join at any process: give the same monitor.registration_token',
          }
        : null,
  },
  {
    needs: ['replicas', 'probe'],
    find: ({ replicas, probe }) =>
      replicas.enabled && probe.enabled
        ? {
            path: ['replicas', 'enabled'],
            message:
              'a monitor of several processes watches no host itself: set probe.enabled to false, and run a leaf there',
          }
        : null,
  },
]

function sameOrigin(a: string, b: string): boolean {
  return new URL(a).origin === new URL(b).origin
}
