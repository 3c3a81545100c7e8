import { connect } from 'node:net'
import { unwell, well, type Health } from './health.ts'

/** Well when the port accepts a connection in time. */
export function tcpHealth(
  { host, port }: { host: string; port: number },
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<Health> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal })
    const settle = (health: Health): void => {
      socket.destroy()
      resolve(health)
    }
    socket.setTimeout(timeoutMs, () =>
      settle(unwell(`端口 ${host}:${port} 在 ${timeoutMs} 毫秒内没有应答`, { host, port })),
    )
    socket.once('connect', () => settle(well()))
    socket.on('error', (error: NodeJS.ErrnoException) =>
      settle(
        unwell(`无法连接端口 ${host}:${port}（${error.code ?? error.message}）`, { host, port, error: error.code }),
      ),
    )
  })
}
