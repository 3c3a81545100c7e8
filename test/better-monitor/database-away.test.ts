import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { execute } from '../support/execute.ts'
import { until } from '../support/until.ts'
import { expectBody, expectPlainError, type Site, startSite } from './site.ts'

let site: Site
let database: string
beforeAll(async () => {
  site = await startSite()
  const [row] = await site.node.sql`select current_database() as name`
  database = String(row?.['name'])
})
afterAll(async () => {
  await letIn(true)
  await site?.close()
})

/** Shuts the database to everybody and ends who is in, or opens it again. */
async function letIn(open: boolean): Promise<void> {
  const { url } = inject('testServer')
  await execute(url, `alter database ${database} with allow_connections ${open}`)
  if (!open)
    await execute(
      url,
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}' and backend_type = 'client backend'`,
    )
}

test('health says that the database is gone, calls are 503, and both recover by themselves', async () => {
  expect(expectBody(await site.anonymous.get('/health'))).toMatchObject({ status: 'healthy', database: 'connected' })
  await letIn(false)
  const sick = await site.anonymous.get('/health')
  expect(expectBody(sick, 503)).toMatchObject({ status: 'unhealthy', database: 'disconnected', active_agents: 0 })
  const text = expectPlainError(await site.admin.get('/servers'), 503, 'SERVICE_UNAVAILABLE')
  expect(text).not.toMatch(/select|relation|postgres|connect/i)

  await letIn(true)
  await until('the database is back', async () => (await site.anonymous.get('/health')).status === 200)
  expectBody(await site.admin.get('/servers'))
})
