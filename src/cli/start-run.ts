import { createLogger } from '../platform/logger.ts'
import { startNode } from '../node/node.ts'
import { type CommandContext, type ConfigOption, ExitCode } from './command-line.ts'
import { welcome } from './welcome.ts'
import { programName } from './invocation.ts'
import { loadNodeConfig } from './node-config.ts'

/** `cortex start`: runs one node until SIGTERM or Ctrl-C. */
export async function start(options: ConfigOption, context: CommandContext): Promise<ExitCode> {
  const config = loadNodeConfig(options, context)
  const logger = createLogger({ level: config.log.level, node: config.node.id })
  const told = Promise.withResolvers<string>()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => told.resolve(signal))
  const node = await startNode(config, logger)
  context.out(welcome(config, programName(process.argv[1]), node))
  const outcome = await node.stop(await told.promise)
  return outcome.failed.length === 0 ? ExitCode.ok : ExitCode.failure
}
