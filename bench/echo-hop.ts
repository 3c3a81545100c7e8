import { createReadStream } from 'node:fs'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { endWithBench, startedWith, tell } from './support/child.ts'

/**
 * A bare HTTP hop: hands a body to the next one and its answer back; the last one answers with what it was sent, or with
 * its file.
 */
const { nextPort, file } = (await startedWith()) as { nextPort?: number; file?: string }
const agent = new Agent({ keepAlive: true })

const server = createServer((incoming, outgoing) => {
  if (file !== undefined) createReadStream(file).pipe(outgoing)
  else if (nextPort === undefined) incoming.pipe(outgoing)
  else {
    const { url = '/' } = incoming
    incoming.pipe(
      request({ port: nextPort, host: '127.0.0.1', path: url, method: 'POST', agent }, (answer) =>
        answer.pipe(outgoing),
      ),
    )
  }
})
endWithBench()
server.listen(0, '127.0.0.1', () => tell({ port: (server.address() as AddressInfo).port }))
