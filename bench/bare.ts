import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { endWithBench, tell } from './support/child.ts'

/** The least that answers over HTTP and wakes up every 10 s: what any Node process costs. */
const server = createServer((_request, answer) => answer.end('ok'))
setInterval(() => undefined, 10_000)
endWithBench()
server.listen(0, '127.0.0.1', () => tell({ port: (server.address() as AddressInfo).port }))
