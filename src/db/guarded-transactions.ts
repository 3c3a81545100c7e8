import type { Sql as PostgresSql, TransactionSql } from 'postgres'

type Types = { bigint: number }
type Work = (tx: TransactionSql<Types>) => unknown

/** The connection is gone, or the server ends it (class 57P). */
const lostCodes = /^(CONNECTION_(CLOSED|ENDED|DESTROYED)|ECONNRESET|EPIPE|57P\d\d)$/
const never = new Promise<never>(() => undefined)

function isConnectionLost(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown }
  return (typeof code === 'string' && lostCodes.test(code)) || (cause !== undefined && isConnectionLost(cause))
}

/**
 * Keeps the transactions of a client off a connection that they have lost. The library would still write to it: the rollback,
 * and whatever the work asks next. Without a socket that ends the process; over a connection that was made anew meanwhile it
 * would be done outside of the transaction. So from the loss on `begin` has failed, and nothing more is written for it.
 */
export function guardTransactions(client: PostgresSql<Types>): void {
  const begin = client.begin.bind(client) as (options: string, work: Work) => Promise<unknown>

  function guarded(...given: [Work] | [string, Work]): Promise<unknown> {
    const [options, work] = given.length === 1 ? ['', given[0]] : given
    let isLost = false
    const isOver = (error?: unknown): boolean => isLost || isConnectionLost(error)
    const running = begin(options, (tx) => untilLost(work, tx, isOver))
    running.catch(() => (isLost = true))
    return running
  }
  client.begin = guarded as typeof client.begin
}

/** Does the work; once the connection is lost it never ends, so that neither commit nor rollback follows: `begin` has failed by then. */
async function untilLost(
  work: Work,
  tx: TransactionSql<Types>,
  isOver: (error?: unknown) => boolean,
): Promise<unknown> {
  try {
    const given = work(whileHeld(tx, isOver))
    const result = await (Array.isArray(given) ? Promise.all(given) : given)
    return isOver() ? await never : result
  } catch (error) {
    if (isOver(error)) await never
    throw error
  }
}

/** The same client of a transaction, which throws instead of writing once the connection is lost. */
function whileHeld(tx: TransactionSql<Types>, isOver: (error?: unknown) => boolean): TransactionSql<Types> {
  function check(): void {
    if (isOver())
      throw Object.assign(new Error('the connection of this transaction is lost'), { code: 'CONNECTION_CLOSED' })
  }
  return new Proxy(tx, {
    apply(target, self, given) {
      check()
      return Reflect.apply(target as unknown as (...all: unknown[]) => unknown, self, given)
    },
    get(target, key) {
      const value: unknown = Reflect.get(target, key)
      if (typeof value !== 'function') return value
      return (...given: unknown[]) => {
        check()
        const passed = key === 'savepoint' ? given.map((one) => guardedWork(one, isOver)) : given
        return Reflect.apply(value, target, passed)
      }
    },
  })
}

/** The work of a savepoint, guarded as its transaction is; a name stays as it is. */
function guardedWork(given: unknown, isOver: (error?: unknown) => boolean): unknown {
  if (typeof given !== 'function') return given
  return (tx: TransactionSql<Types>) => untilLost(given as Work, tx, isOver)
}
