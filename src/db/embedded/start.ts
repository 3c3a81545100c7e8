import { join } from 'node:path'
import { connectionUrl } from '../connection-url.ts'
import type { DatabaseLogger } from '../database-logger.ts'
import { findBinaries } from './binaries.ts'
import { ensureCluster, keepPassword } from './cluster.ts'
import { freePort } from './free-port.ts'
import { installBinaries } from './install.ts'
import { endLeftOver } from './left-over.ts'
import { lockFolder } from './node-lock.ts'
import { choosePlace, type Place } from './place.ts'
import { nodeRole, prepareDatabase } from './prepare-database.ts'
import { type Server, startServer } from './server.ts'
import { serverArguments } from './settings.ts'
import { makeSocketFolder } from './socket-folder.ts'
import { supervise } from './supervisor.ts'

/** A PostgreSQL that this process runs. */
export interface EmbeddedPostgres {
  /** For `openDatabase`; carries the password. */
  url: string
  /** Ends the server within about 4 s, and gives the data folder free. May be called any number of times. */
  stop(): Promise<void>
}

export interface EmbeddedPostgresOptions {
  /** The node's data folder; the server's files go below it where its user may enter, see `choosePlace`. */
  dataDir: string
  logger: DatabaseLogger
  /** Listen on a free port of 127.0.0.1 as well, and name it in the URL instead of the socket. */
  loopback?: boolean
  /** Off: a commit outlives the end of the processes, but not that of the machine. For tests. */
  durable?: boolean
  /** For one start of the server, a recovery after a crash included. */
  startTimeoutMs?: number
  /** For the fast shutdown, before an immediate one. */
  stopTimeoutMs?: number
  clock?: () => number
}

/**
 * Runs the PostgreSQL that came with the program: makes the cluster at first, ends a server that a killed node left
 * behind, starts it and keeps it running until `stop`. Throws `CONFLICT` when another node has the data folder, and
 * `SERVICE_UNAVAILABLE` with what to do when the server cannot run.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const binaries = findBinaries()
  const place = choosePlace(options.dataDir, options.logger)
  const lock = lockFolder(place.home)
  try {
    const server = await startInPlace(options, place, binaries)
    let stopped: Promise<void> | undefined
    return { url: server.url, stop: () => (stopped ??= server.stop().finally(() => lock.release())) }
  } catch (error) {
    lock.release()
    throw error
  }
}

async function startInPlace(
  options: EmbeddedPostgresOptions,
  place: Place,
  binaries: ReturnType<typeof findBinaries>,
): Promise<EmbeddedPostgres> {
  const { logger, loopback = false, durable = true, startTimeoutMs = 120_000, stopTimeoutMs = 3_000 } = options
  const clock = options.clock ?? (() => performance.now())
  const beganAt = clock()
  const password = keepPassword(place.home)
  const program = installBinaries(binaries, place.home)
  const cluster = await ensureCluster({ place, program, version: binaries.version, password, durable })
  const socketFolder = makeSocketFolder(place.home, place.account)
  const port = loopback ? await freePort() : 5432
  const settings = { clusterFolder: cluster.folder, socketFolder, port, loopback, durable }

  const start = async (): Promise<Server> => {
    await endLeftOver(cluster.folder, logger)
    return startServer({
      program,
      clusterFolder: cluster.folder,
      startLog: join(place.home, 'start.log'),
      serverArguments: serverArguments(settings),
      account: place.account,
      startTimeoutMs,
    })
  }

  const first = await start()
  const target = { host: loopback ? '127.0.0.1' : socketFolder, port, database: nodeRole, username: nodeRole, password }
  try {
    await prepareDatabase(target)
  } catch (error) {
    await first.stop(stopTimeoutMs)
    throw error
  }
  const supervisor = supervise(first, { start, logger, stopTimeoutMs, clock })
  logger.info(
    {
      pid: first.pid,
      home: place.home,
      user: place.account?.name,
      created: cluster.created,
      ms: Math.round(clock() - beganAt),
    },
    'PostgreSQL is running',
  )
  return { url: connectionUrl(target), stop: () => supervisor.stop() }
}
