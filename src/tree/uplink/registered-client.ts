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
}

/**
 * A parent client whose keys are those of this node's identity: it begins with the parent that worked before a restart, and
 * registers by itself when it has to move to another monitor.
 */
export function createRegisteredClient(options: RegisteredClientOptions): ParentClient {
  const { urls, token, identity } = options
  const client = createParentClient({
    ...options,
    parents: () => parentsWithKeys(identity.read(), urls, token !== null),
    activeUrl: () => identity.read().active_url,
    attach:
      token === null
        ? undefined
        : async (url) => {
            await joinParent({ ...options, url, token, client })
            options.onJoined?.()
          },
    onActive: (url) => {
      if (identity.read().active_url !== url) identity.write({ ...identity.read(), active_url: url })
    },
  })
  return client
}
