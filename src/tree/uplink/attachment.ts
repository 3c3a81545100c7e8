import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, invalidRequest } from '../../contract/errors.ts'
import { backoffMs } from '../../lib/backoff.ts'
import { type Identity, activeParent, parentAt } from './identity.ts'
import { ParentError } from './parent-error.ts'
import type { Parent } from './parents.ts'
import { type JoinOptions, joinParent } from './registration.ts'

/**
 * The configured parents with the keys that may be used as they are. At another monitor than the one in use a node that has
 * a token registers first: the tree must learn that it moved. Without a token an old key there is better than none.
 */
export function parentsWithKeys(identity: Identity, urls: readonly string[], hasToken: boolean): Parent[] {
  const current = activeParent(identity)
  return urls.map((url) => {
    const entry = parentAt(identity, url)
    const usable = entry !== undefined && (entry.parent === current?.parent || !hasToken)
    return { url, apiKey: usable ? entry.api_key : null }
  })
}

export interface EnsureOptions extends Omit<JoinOptions, 'url' | 'token'> {
  /** The configured parents in their order, as `normalizeParentUrl` writes them. */
  urls: readonly string[]
  token: string | null
  random: () => number
  backoffMinMs?: number
  backoffMaxMs?: number
}

/**
 * Makes sure at the start of a node that one of its parents has given it a key: uses the one it has, else registers in the
 * order of the config, with a back-off until somebody answers. Throws an AppError when there is no token, or when every
 * parent refuses for good; an AbortError when the signal ends it.
 */
export async function ensureRegistered(options: EnsureOptions): Promise<void> {
  const { urls, token, identity, logger, signal, random, backoffMinMs = 1000, backoffMaxMs = 60_000 } = options
  const active = identity.read().active_url
  if (active !== null && urls.includes(active)) return
  const withKey = urls.find((url) => parentAt(identity.read(), url))
  if (token === null) {
    if (withKey === undefined) throw noToken()
    await identity.write({ ...identity.read(), active_url: withKey })
    return
  }
  for (let attempt = 1; ; attempt++) {
    const { refused, waitMs } = await joinFirst({ ...options, token })
    if (refused === undefined) return
    if (refused instanceof AppError) throw refused
    const pauseMs = Math.max(backoffMs({ attempt, minMs: backoffMinMs, maxMs: backoffMaxMs, random }), waitMs)
    logger.warn({ err: refused, attempt, pauseMs }, 'no parent has registered this node yet: it tries again')
    await sleep(pauseMs, undefined, { signal })
  }
}

/** Tries every parent once. `refused` is a ParentError as long as one of them may still take this node. */
async function joinFirst(
  options: EnsureOptions & { token: string },
): Promise<{ refused?: AppError | ParentError; waitMs: number }> {
  let refused: AppError | ParentError | undefined
  let waitMs = 0
  for (const url of options.urls) {
    try {
      await joinParent({ ...options, url })
      return { waitMs: 0 }
    } catch (error) {
      if (error instanceof AppError) {
        options.logger.error({ err: error, url }, 'a parent refuses this node')
        refused ??= error
      } else if (error instanceof ParentError) {
        refused = error
        waitMs = Math.max(waitMs, error.retryAfterMs ?? 0)
      } else throw error
    }
  }
  return { refused, waitMs }
}

function noToken(): AppError {
  return invalidRequest(
    '此节点尚未在上级注册：请设置 upstream.token（上级的 monitor.registration_token），或运行 cortex join',
    "This node is not registered at its parent yet: set upstream.token to the parent's monitor.registration_token, or run cortex join",
  )
}
