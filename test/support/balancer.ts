import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** One address before several servers, as a plain TCP balancer makes it: in turns, without a sticky session. */
export interface Balancer {
  url: string
  /** New connections go to these addresses (http) from now on. */
  use(targets: readonly string[]): void
  close(): Promise<void>
}

/** Listens on a free port of the loopback. A server that refuses a connection is passed over for the next one. */
export async function startBalancer(targets: readonly string[] = []): Promise<Balancer> {
  let backends = targets.map((target) => new URL(target))
  let turn = 0
  const open = new Set<Socket>()

  function join(client: Socket, server: Socket): void {
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      open.add(from)
      from.setNoDelay(true)
      from.pipe(to)
      // What went wrong shows as 'close', which ends the other side too.
      from.on('error', () => undefined)
      from.once('close', () => {
        open.delete(from)
        to.destroy()
      })
    }
  }

  function dial(client: Socket, left: number): void {
    const backend = backends[turn++ % backends.length]
    if (!backend || left === 0 || client.destroyed) return void client.destroy()
    const server = connect(Number(backend.port), backend.hostname)
    const refused = (): void => dial(client, left - 1)
    server.once('error', refused)
    server.once('connect', () => {
      server.off('error', refused)
      join(client, server)
    })
  }

  const server = createServer((client) => {
    client.on('error', () => undefined)
    dial(client, backends.length)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    use(next) {
      backends = next.map((target) => new URL(target))
    },
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
