/** How to reach a server, in the words of postgres.js. */
export interface ConnectionOptions {
  host: string
  port: number
  database: string
  username: string
  password: string
}

const defaultPort = 5432

/**
 * Writes options as a URL that libpq, psql and `connectionOptions` read. A host that is a folder (a unix socket)
 * becomes `%2Frun%2Fx`, as libpq has it.
 */
export function connectionUrl(options: ConnectionOptions): string {
  const login = `${encodeURIComponent(options.username)}:${encodeURIComponent(options.password)}`
  return `postgres://${login}@${encodeURIComponent(options.host)}:${options.port}/${encodeURIComponent(options.database)}`
}

/**
 * Reads a URL that names a unix socket: `postgres://user:password@%2Frun%2Fx:5432/db`, or with `?host=/run/x`.
 * postgres.js understands neither form; a URL of a network address it reads itself, and the answer is `undefined`.
 */
export function socketOptions(url: string): ConnectionOptions | undefined {
  const parsed = new URL(url)
  const host = parsed.searchParams.get('host') ?? decodeURIComponent(parsed.hostname)
  if (!host.startsWith('/')) return undefined
  const username = parsed.searchParams.get('user') ?? decodeURIComponent(parsed.username)
  return {
    host,
    port: Number(parsed.port || (parsed.searchParams.get('port') ?? defaultPort)),
    database: decodeURIComponent(parsed.pathname.slice(1)) || username,
    username,
    password: parsed.searchParams.get('password') ?? decodeURIComponent(parsed.password),
  }
}

/** A URL with its password taken out, for logs and messages. */
export function withoutPassword(url: string): string {
  const parsed = new URL(url)
  parsed.password = ''
  parsed.searchParams.delete('password')
  return parsed.href
}

/** The same server, another database. */
export function withDatabase(url: string, database: string): string {
  const parsed = new URL(url)
  parsed.pathname = `/${encodeURIComponent(database)}`
  return parsed.href
}
