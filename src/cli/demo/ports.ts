import { createServer } from 'node:net'

/** Below the range from which the kernel takes the ports of outgoing connections, or a parent that is away would find its own port taken by a child that dials it. */
const lowest = 20_000
const highest = 31_999
const maxTries = 1_000

/** `count` different ports of 127.0.0.1 that are free now. Throws when there are none. */
export async function freePorts(count: number, random: () => number): Promise<number[]> {
  const ports = new Set<number>()
  for (let tries = 0; ports.size < count; tries += 1) {
    if (tries >= maxTries) throw new Error(`no ${count} free ports between ${lowest} and ${highest} on 127.0.0.1`)
    const port = lowest + Math.floor(random() * (highest - lowest + 1))
    if (!ports.has(port) && (await isFree(port))) ports.add(port)
  }
  return [...ports]
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false)
      else reject(error)
    })
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
