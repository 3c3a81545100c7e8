import type { Result, Router } from 'hono/router'

/**
 * A router that finds the handlers of a path without parameters once: what they are depends on nothing but the path, and
 * hundreds of routes are asked otherwise for every request. Remembers only paths that are routes, so it cannot grow.
 */
export function rememberStaticPaths<Handler>(router: Router<Handler>): Router<Handler> {
  const known = new Map<string, Map<string, Result<Handler>>>()
  return {
    name: `Remembering${router.name}`,
    add(method, path, handler) {
      router.add(method, path, handler)
      if (!/[:*?]/.test(path)) known.set(path, new Map())
      // A new route may stand in the way of every path.
      for (const byMethod of known.values()) byMethod.clear()
    },
    match(method, path) {
      const byMethod = known.get(path)
      if (!byMethod) return router.match(method, path)
      const remembered = byMethod.get(method) ?? router.match(method, path)
      byMethod.set(method, remembered)
      return remembered
    },
  }
}
