import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { startBalancer } from '../support/balancer.ts'
import { createTestDatabase } from '../support/database.ts'
import { httpClient, type HttpClient, login } from '../support/http.ts'
import { type NodeProcess, startNodeProcess } from '../support/node-process.ts'
import { adminPassword, tokenOf } from '../support/tree.ts'

/** One monitor of several processes behind one address. */
export interface Processes {
  /** Of the balancer. */
  url: string
  /** What children show to join. */
  token: string
  /** Over the balancer, as admin; every request may come to another process. */
  api: HttpClient
  running: NodeProcess[]
  sql: postgres.Sql
  databaseUrl: string
  /** The process that leads, and its epoch. */
  leader(): Promise<{ process: NodeProcess; epoch: number; pid: number | null }>
  /** The process that has the link of that child. */
  holderOf(agentId: string): Promise<NodeProcess | undefined>
  /** Ends a process at once; the balancer still tries it. */
  kill(process: NodeProcess): Promise<void>
  /** Ends a process in good order; the balancer still tries it. Answers its exit code. */
  stop(process: NodeProcess): Promise<number | null>
  start(more?: Record<string, string>): Promise<NodeProcess>
  close(): Promise<void>
}

const secretKey = randomBytes(32).toString('hex')

/** Starts that many processes of the monitor `id`. `env` is that of all of them. */
export async function startProcesses(id: string, count: number, env: Record<string, string> = {}): Promise<Processes> {
  const closing: Array<() => Promise<unknown> | void> = []
  const close = async () => {
    for (const end of closing.splice(0).toReversed()) await end()
  }
  try {
    const database = await createTestDatabase()
    closing.push(database.drop)
    const sql = postgres(database.url, { max: 2, onnotice: () => undefined })
    closing.push(() => sql.end({ timeout: 1 }))
    const balancer = await startBalancer()
    closing.push(() => balancer.close())
    const running: NodeProcess[] = []

    async function start(more: Record<string, string> = {}): Promise<NodeProcess> {
      const dataDir = mkdtempSync(join(tmpdir(), `cortex-process-${id}-`))
      closing.push(() => rmSync(dataDir, { recursive: true, force: true }))
      const started = await startNodeProcess({
        CORTEX_NODE_ID: id,
        CORTEX_HOST: '127.0.0.1',
        CORTEX_PORT: '0',
        CORTEX_PUBLIC_URL: balancer.url,
        CORTEX_DATA_DIR: dataDir,
        DATABASE_URL: database.url,
        CORTEX_SECRET_KEY: secretKey,
        CORTEX_REGISTRATION_TOKEN: tokenOf('tree'),
        CORTEX_ADMIN_PASSWORD: adminPassword,
        CORTEX_PROBE_ENABLED: 'false',
        CORTEX_REPLICAS_ENABLED: 'true',
        CORTEX_MONITOR_ROLLUP_INTERVAL_S: '0.3',
        CORTEX_OFFLINE_AFTER_S: '10',
        CORTEX_RATE_LIMIT_REPORTS_PER_MINUTE: '100000',
        CORTEX_RATE_LIMIT_QUERIES_PER_MINUTE: '100000',
        CORTEX_RATE_LIMIT_AUTH_PER_MINUTE: '100000',
        CORTEX_LOG_LEVEL: 'debug',
        ...env,
        ...more,
      })
      closing.push(() => started.end('SIGKILL'))
      running.push(started)
      balancer.use(running.map(({ ownUrl }) => ownUrl))
      return started
    }
    await Promise.all(Array.from({ length: count }, () => start()))
    const api = await login(httpClient(`${balancer.url}/api/v1`), 'admin', adminPassword)

    async function processOf(replicaId: string | undefined): Promise<NodeProcess | undefined> {
      if (replicaId === undefined) return undefined
      const [row] = await sql`select address from replicas where id = ${replicaId}`
      return running.find(({ ownUrl }) => ownUrl === row?.['address'])
    }

    return {
      url: balancer.url,
      token: tokenOf('tree'),
      api,
      running,
      sql,
      databaseUrl: database.url,
      start,
      async leader() {
        const [row] = await sql<Array<{ epoch: number; replica_id: string; pid: number | null }>>`
          select epoch::int as epoch, replica_id,
            (select pid from pg_locks where locktype = 'advisory' and objsubid = 1 and granted
              and database = (select oid from pg_database where datname = current_database())
              and (classid::bigint << 32) + objid::bigint = 4839201901) as pid
          from leadership`
        const process = await processOf(row?.replica_id)
        if (!row || !process) throw new Error('nobody leads')
        return { process, epoch: row.epoch, pid: row.pid }
      },
      async holderOf(agentId) {
        const [row] = await sql`select replica_id from link_places where agent_id = ${agentId}`
        return await processOf(row?.['replica_id'] as string | undefined)
      },
      async kill(process) {
        running.splice(running.indexOf(process), 1)
        await process.end('SIGKILL')
      },
      async stop(process) {
        running.splice(running.indexOf(process), 1)
        return await process.end('SIGTERM')
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
