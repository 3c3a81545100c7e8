import { publicAddress } from '../node/address.ts'
import { keptRegistrationToken } from '../platform/data-dir.ts'
import { programName } from '../platform/invocation.ts'
import { type CommandContext, type ConfigOption, ExitCode } from './command-line.ts'
import { loadNodeConfig } from './node-config.ts'
import { PlainError } from './plain-error.ts'
import { joinCommand } from './welcome.ts'

/** `cortex token`: the configured registration token, else the one that the first start has made. Makes none. */
export async function runToken(options: ConfigOption, context: CommandContext): Promise<ExitCode> {
  const { node, monitor, server, data_dir } = loadNodeConfig(options, context)
  if (!monitor.enabled) throw new PlainError(`${node.id} is no monitor: hosts join one of those above it`)
  const token = monitor.registration_token ?? (await keptRegistrationToken(data_dir))
  if (token === null) {
    throw new PlainError(
      `there is no registration token in ${data_dir} yet: start the node, which makes one; ` +
        'or it is set where this command cannot see it, in monitor.registration_token or $CORTEX_REGISTRATION_TOKEN of the node',
    )
  }
  const address = publicAddress(server, server.port)
  context.err(`Another host joins with:\n  ${joinCommand(programName(), address, token)}\n`)
  context.out(`${token}\n`)
  return ExitCode.ok
}
