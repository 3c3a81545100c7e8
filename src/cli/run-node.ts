import { startNode } from '../node/node.ts'
import { createLogger } from '../platform/logger.ts'
import { openSupervision } from '../platform/releases/supervision.ts'
import { type CommandContext, type ConfigOption, ExitCode } from './command-line.ts'
import { programName } from '../platform/invocation.ts'
import { keepHeapSmall } from '../platform/small-heap.ts'
import { loadNodeConfig } from './node-config.ts'
import { welcome } from './welcome.ts'

/** Runs one node in this process until SIGTERM or Ctrl-C, or until another build is to take its place. */
export async function runNode(options: ConfigOption, context: CommandContext): Promise<ExitCode> {
  const supervision = openSupervision()
  const config = loadNodeConfig(options, context)
  // A leaf stands on a host that is there for something else.
  if (!config.monitor.enabled) keepHeapSmall()
  const logger = createLogger({ level: config.log.level, node: config.node.id })
  const told = Promise.withResolvers<string>()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => told.resolve(signal))
  supervision.onLost(() => told.resolve('the supervisor is gone'))
  let restarts = false
  const node = await startNode(config, logger, {
    supervision,
    restart(reason) {
      restarts = true
      told.resolve(reason)
    },
  })
  // A journal keeps what it is given for everybody who may read it: the token stands there once, as the first password does.
  const showsToken = process.stdout.isTTY || node.registrationToken?.isNew === true
  context.out(welcome(config, programName(), node, showsToken))
  void node.untilUp().then(
    () => supervision.up(),
    (err: unknown) => {
      if (!node.stopping.aborted) logger.error({ err }, 'the supervisor was not told that this node is up')
    },
  )
  const outcome = await node.stop(await told.promise)
  if (restarts) return ExitCode.restart
  return outcome.failed.length === 0 ? ExitCode.ok : ExitCode.failure
}
