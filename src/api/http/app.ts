import { OpenAPIHono } from '@hono/zod-openapi'
import { TrieRouter } from 'hono/router/trie-router'
import type { ApiEnv, Gate } from './api-env.ts'
import { languageOf } from './api-env.ts'
import { invalidInput } from './invalid-input.ts'
import { rememberStaticPaths } from './remembering-router.ts'
import { type RequestBasics, installBasics } from './request-basics.ts'

/** The app of a node with a monitor: what every request meets, and the gate that its routes ask. */
export function createApiApp(parts: RequestBasics & { gate: Gate }): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>({ ...sectionOptions, router: rememberStaticPaths(new TrieRouter()) })
  installBasics(app, parts)
  return app
}

/** An empty section of the API, to be filled with routes and mounted by `app.route('/api/v1', section)`. */
export function createSection(): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>(sectionOptions)
}

const sectionOptions: ConstructorParameters<typeof OpenAPIHono<ApiEnv>>[0] = {
  defaultHook: (result, c) => {
    if (!result.success) throw invalidInput(result.error, 'data' in result ? result.data : undefined, languageOf(c))
  },
}
