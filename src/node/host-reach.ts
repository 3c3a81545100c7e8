import type { HostReach } from '../monitor/operations/operations.service.ts'
import type { Lifecycle } from '../platform/lifecycle.ts'
import type { Logger } from '../platform/logger.ts'
import type { LinkServer } from '../tree/link/link-server.ts'
import { createLocalLink } from '../tree/link/local-link.ts'
import type { Methods } from '../tree/link/methods.ts'

/** Reaches every host below a monitor through the links of its children, and its own host through a link in this process. */
export function createHostReach(parts: {
  selfId: string
  methods: Methods
  linkServer: LinkServer
  lifecycle: Lifecycle
  logger: Logger
}): HostReach {
  const { selfId, methods, linkServer, lifecycle, logger } = parts
  const own = createLocalLink({ selfId, methods, logger })
  lifecycle.onStop('own host', () => own.close())
  return {
    call: (path, method, params, options) =>
      path.length <= 1 ? own.call(method, params, options) : linkServer.call(path.slice(1), method, params, options),
    open: (path, method, params, options) =>
      path.length <= 1 ? own.open(method, params, options) : linkServer.open(path.slice(1), method, params, options),
  }
}
