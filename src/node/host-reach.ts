import { forbidden } from '../contract/errors.ts'
import type { HostReach } from '../monitor/operations/operations.service.ts'
import type { Config } from '../platform/config/schema.ts'
import type { Lifecycle } from '../platform/lifecycle.ts'
import type { Logger } from '../platform/logger.ts'
import type { LinkServer } from '../tree/link/link-server.ts'
import { createLocalLink } from '../tree/link/local-link.ts'
import type { Methods } from '../tree/link/methods.ts'

/**
 * Reaches every host below a monitor through the links of its children, and its own host through a link in this process. Several
 * processes have no host that is that of their monitor.
 */
export function createHostReach(parts: {
  config: Config
  methods: Methods
  linkServer: LinkServer
  lifecycle: Lifecycle
  logger: Logger
}): HostReach {
  const { config, methods, linkServer, lifecycle, logger } = parts
  const own = createLocalLink({ selfId: config.node.id, methods, logger })
  lifecycle.onStop('own host', () => own.close())
  function ownHost() {
    if (config.replicas.enabled) throw severalHosts(config.node.id)
    return own
  }
  return {
    call: async (path, method, params, options) =>
      path.length <= 1
        ? await ownHost().call(method, params, options)
        : await linkServer.call(path.slice(1), method, params, options),
    open: async (path, method, params, options) =>
      path.length <= 1
        ? await ownHost().open(method, params, options)
        : await linkServer.open(path.slice(1), method, params, options),
  }
}

const severalHosts = (selfId: string) =>
  forbidden(
    `${selfId} 由多个进程组成，没有属于它的主机：请在各主机上运行叶节点`,
    `${selfId} is several processes and has no host of its own: run a leaf on each of their hosts`,
  )
