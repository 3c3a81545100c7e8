import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { z } from 'zod'
import { ExitCode, type CommandContext } from '../command-line.ts'

const Data = z.object({ service: z.string() })

/** The small service that a leaf of the demo supervises: answers with what stands in its data file, which it needs to start. */
export async function runDemoService(
  { port, dataFile }: { port: number; dataFile: string },
  context: CommandContext,
): Promise<ExitCode> {
  const data = Data.parse(JSON.parse(readFileSync(dataFile, 'utf8')))
  const told = Promise.withResolvers<void>()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => told.resolve())
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ ...data, pid: process.pid, uptime_s: Math.round(process.uptime()) }))
  })
  server.once('error', (error) => told.reject(error))
  server.listen(port, '127.0.0.1', () => context.out(`${data.service} listens on port ${port}\n`))
  await told.promise
  server.close()
  return ExitCode.ok
}
