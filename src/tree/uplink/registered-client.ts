import { parentsWithKeys } from './attachment.ts'
import { type ParentClient, type ParentClientOptions, createParentClient } from './parent-client.ts'
import { type JoinOptions, joinParent } from './registration.ts'

export interface RegisteredClientOptions
  extends
    Omit<JoinOptions, 'url' | 'token' | 'client'>,
    Omit<ParentClientOptions, 'parents' | 'activeUrl' | 'attach' | 'onActive'> {
  /** The configured parents in their order, as `normalizeParentUrl` writes them. */
  urls: readonly string[]
  token: string | null
  /** Told when the node has registered anew: the key, or the parent, is another one. */
  onJoined?: () => void
  /** Whether another process of this node registers it: resolves once what that one has obtained is known here. */
  joinsElsewhere?: () => Promise<boolean>
}

/**
 * A parent client whose keys are those of this node's identity: it begins with the parent that worked before a restart, and
 * registers by itself when it has to move to another monitor.
 */
export function createRegisteredClient(options: RegisteredClientOptions): ParentClient {
  const { urls, token, identity, logger } = options
  const client = createParentClient({
    ...options,
    parents: () => parentsWithKeys(identity.read(), urls, token !== null),
    activeUrl: () => identity.read().active_url,
    attach:
      token === null
        ? undefined
        : async (url) => {
            if (await options.joinsElsewhere?.()) return
            await joinParent({ ...options, url, token, client })
            options.onJoined?.()
          },
    onActive: (url) => {
      if (identity.read().active_url === url) return
      identity
        .write({ ...identity.read(), active_url: url })
        .catch((err: unknown) => logger.warn({ err, url }, 'the parent in use could not be kept for the next start'))
    },
  })
  return client
}
