import { setTimeout as sleep } from 'node:timers/promises'
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres, { type Sql as PostgresSql } from 'postgres'
import { serviceUnavailable } from '../contract/errors.ts'
import { socketOptions, withoutPassword } from './connection-url.ts'
import type { DatabaseLogger } from './database-logger.ts'
import { guardTransactions } from './guarded-transactions.ts'
import { isPassing, openFailure } from './open-error.ts'

/** The raw client: `bigint` columns and `count(*)` are numbers. */
export type Sql = PostgresSql<{ bigint: number }>

/**
 * An open database. The two clients are separate because drizzle changes the conversions of the one it is given:
 *
 * - `sql`, for SQL by hand and LISTEN: `timestamptz` is a `Date`, `jsonb` is the value itself both ways (pass objects
 *   or `sql.json(x)`, never `JSON.stringify(x)`: that would store a string).
 * - `db`, for drizzle's tables: columns convert as the schema says. In its own `sql` texts a time goes in and comes out
 *   as text: pass `date.toISOString()`.
 *
 * In both, `int8` is a number (safe up to 2^53), and `numeric` (also `avg` and `sum` of a bigint) stays text: cast to
 * `float8` or `int8` in the query.
 */
export interface Database {
  sql: Sql
  db: PostgresJsDatabase
  /** A further client as `sql`, with at most so many connections, for what must not wait for others. Whoever asks ends it. */
  fork(max: number): Sql
  /** Lets running queries end, at most 2 s. May be called any number of times. */
  close(): Promise<void>
}

/** Inside a transaction. */
export type Tx = Parameters<Parameters<PostgresJsDatabase['transaction']>[0]>[0]

/** What a function takes that works inside a transaction as well as outside of one. */
export type Executor = PostgresJsDatabase | Tx

export interface OpenDatabaseOptions {
  /** As libpq reads it; a unix socket as `postgres://user:password@%2Ffolder:5432/db` or `?host=/folder`. */
  url: string
  logger: DatabaseLogger
  /** Connections for `db`. */
  max?: number
  /** Connections for `sql`; LISTEN takes one more of its own. */
  rawMax?: number
  /** How long a server that is starting or away is waited for. */
  openTimeoutMs?: number
  /** After how long the server ends a transaction in which nothing is asked: its locks must not outlive a frozen process. */
  idleInTransactionMs?: number
}

const closeTimeoutS = 2
const connectTimeoutS = 5
const retryMs = 200
/** Of a process that is gone without a word the server learns in about this time, and gives its locks back. */
const watched = { tcp_keepalives_idle: 3, tcp_keepalives_interval: 1, tcp_keepalives_count: 3 }
const maxReconnectDelayS = 1

/**
 * Connects and asks one question, so that what is returned works. Waits up to `openTimeoutMs` for a server that is on
 * its way; a wrong password, an unknown host or a missing database fail at once. Throws `SERVICE_UNAVAILABLE`.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  const { url, logger, max = 10, rawMax = 5, openTimeoutMs = 30_000, idleInTransactionMs } = options
  const session =
    idleInTransactionMs === undefined ? {} : { idle_in_transaction_session_timeout: idleInTransactionMs, ...watched }
  const sql = connect(url, rawMax, logger, session)
  const tables = connect(url, max, logger, session)
  let arrays: ArrayTypes
  let closed: Promise<void> | undefined
  const close = (): Promise<void> =>
    (closed ??= Promise.all([sql.end({ timeout: closeTimeoutS }), tables.end({ timeout: closeTimeoutS })]).then(
      () => undefined,
    ))
  try {
    await answer(sql, url, logger, openTimeoutMs)
    arrays = await learnArrayTypes(url, logger)
  } catch (error) {
    await close()
    throw error
  }
  teachArrayTypes(sql, arrays)
  teachArrayTypes(tables, arrays)
  return {
    sql,
    db: drizzle(tables),
    fork: (forkedMax) => teachArrayTypes(connect(url, forkedMax, logger), arrays),
    close,
  }
}

/** How arrays are read and written, by the number of their type. */
type ArrayTypes = Pick<Sql['options'], 'parsers' | 'serializers'>

/**
 * Asks once which types of arrays there are. The library would ask on every new connection, and when one is lost just then, as
 * at every restart of a database, its failure belongs to nobody and ends the process.
 */
async function learnArrayTypes(url: string, logger: DatabaseLogger): Promise<ArrayTypes> {
  const client = connect(url, 1, logger, {}, { fetch_types: true })
  try {
    await client`select 1`
    return client.options
  } finally {
    await client.end({ timeout: closeTimeoutS })
  }
}

function teachArrayTypes(client: Sql, { parsers, serializers }: ArrayTypes): Sql {
  const { options } = client
  Object.assign(options.parsers, { ...parsers, ...options.parsers })
  Object.assign(options.serializers, { ...serializers, ...options.serializers })
  return client
}

/**
 * One connection for what a session holds, such as an advisory lock: never closed by itself, dialled again at the next question
 * after it was lost. Nothing is asked yet.
 */
export function openSession(url: string, logger: DatabaseLogger): Sql {
  return connect(url, 1, logger, watched, { max_lifetime: null })
}

function connect(
  url: string,
  max: number,
  logger: DatabaseLogger,
  session: Record<string, number> = {},
  more: { max_lifetime?: null; fetch_types?: boolean } = {},
): Sql {
  const options = {
    max,
    fetch_types: false,
    connect_timeout: connectTimeoutS,
    // The library's own waits grow to 20 s, far longer than a database needs to come back.
    backoff: (attempts: number) => Math.min(maxReconnectDelayS, 0.05 * 2 ** Math.min(attempts, 10)),
    onnotice: (notice: postgres.Notice) => logger.debug({ code: notice.code }, notice.message ?? 'notice'),
    connection: { application_name: 'cortex', ...session },
    types: { bigint: { to: 20, from: [20], serialize: String, parse: Number } },
    ...more,
  }
  try {
    const socket = socketOptions(url)
    const client = socket ? postgres({ ...socket, ...options }) : postgres(url, options)
    guardTransactions(client)
    return client
  } catch (cause) {
    throw serviceUnavailable('DATABASE_URL 不是有效的地址', 'DATABASE_URL is not a valid address', { cause })
  }
}

async function answer(sql: Sql, url: string, logger: DatabaseLogger, timeoutMs: number): Promise<void> {
  const endsAt = performance.now() + timeoutMs
  const address = withoutPassword(url)
  for (let attempts = 1; ; attempts += 1) {
    try {
      await sql`select 1`
      return
    } catch (error) {
      if (!isPassing(error) || performance.now() >= endsAt) throw openFailure(address, error)
      if (attempts === 1) logger.info({ address, err: error }, 'waiting for the database')
    }
    await sleep(retryMs)
  }
}
