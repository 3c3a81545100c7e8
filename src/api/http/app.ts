import { OpenAPIHono } from '@hono/zod-openapi'
import type { ApiEnv, Gate } from './api-env.ts'
import { languageOf } from './api-env.ts'
import { invalidInput } from './invalid-input.ts'
import { type RequestBasics, installBasics } from './request-basics.ts'

/** The app of a node with a monitor: what every request meets, and the gate that its routes ask. */
export function createApiApp({ gate, ...basics }: RequestBasics & { gate: Gate }): OpenAPIHono<ApiEnv> {
  const app = createSection()
  app.use(async function openGate(c, next) {
    c.set('gate', gate)
    await next()
  })
  installBasics(app, basics)
  return app
}

/** An empty section of the API, to be filled with routes and mounted by `app.route('/api/v1', section)`. */
export function createSection(): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>({
    defaultHook: (result, c) => {
      if (!result.success) throw invalidInput(result.error, 'data' in result ? result.data : undefined, languageOf(c))
    },
  })
}
