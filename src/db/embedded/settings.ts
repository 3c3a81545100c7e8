/** What differs between one server and another. */
export interface ServerSettings {
  clusterFolder: string
  socketFolder: string
  /** Also names the socket file when `loopback` is off. */
  port: number
  /** Listen on 127.0.0.1 as well as on the socket. */
  loopback: boolean
  /** Off: a commit outlives the end of the processes, but not that of the machine. For tests. */
  durable: boolean
}

/**
 * The arguments of `postgres`. They are given on the command line so that the newest program's settings count,
 * whatever an older one left in the cluster.
 */
export function serverArguments(settings: ServerSettings): string[] {
  const durable = settings.durable ? 'on' : 'off'
  const values: Record<string, string> = {
    listen_addresses: settings.loopback ? '127.0.0.1' : '',
    port: String(settings.port),
    unix_socket_directories: settings.socketFolder,
    unix_socket_permissions: '0700',
    // One monitor's own server; one that others reach, of the tests and the bench, serves whole trees at once.
    max_connections: settings.durable && !settings.loopback ? '60' : '300',
    shared_buffers: '64MB',
    // One writer's monitor with small queries: fewer processes are worth more than parallel plans.
    max_worker_processes: '2',
    max_parallel_workers_per_gather: '0',
    max_logical_replication_workers: '0',
    io_method: 'sync',
    jit: 'off',
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_wal_size: '512MB',
    fsync: durable,
    synchronous_commit: 'on',
    full_page_writes: durable,
    // A node that was killed leaves sessions behind: their queries and transactions must not live on.
    client_connection_check_interval: '1s',
    idle_in_transaction_session_timeout: '60s',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    logging_collector: 'on',
    log_directory: 'log',
    log_filename: 'postgresql-%a.log',
    log_rotation_age: '1d',
    log_rotation_size: '0',
    log_truncate_on_rotation: 'on',
    log_min_messages: 'warning',
    // No statements and no values: rows of people's data do not belong in a log.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
  }
  return [
    '-D',
    settings.clusterFolder,
    ...Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
}
