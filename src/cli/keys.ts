import { examples, withConfigOption, type AddCommand, type Bodies, type ConfigOption } from './command-line.ts'

export const addKeys: AddCommand<NonNullable<Bodies['keys']>> = (program, bodies, run) => {
  const keys = program
    .command('keys')
    .summary('list, create and revoke the keys of nodes')
    .description('API keys by which nodes report to this monitor. Works on its database.')
    .addHelpText('after', examples('cortex keys list', 'cortex keys create web-1', 'cortex keys revoke web-1'))

  withConfigOption(keys.command('list').description('Lists keys with node, state and end; never the key itself.'))
    .argument('[agent_id]', 'only the keys of this node')
    .option('--json', 'print as JSON')
    .addHelpText('after', examples('cortex keys list', 'cortex keys list web-1 --json'))
    .action((agentId: string | undefined, options: ConfigOption & { json?: boolean }) =>
      run(bodies.list, { ...options, agentId }),
    )

  withConfigOption(
    keys
      .command('create')
      .description('Makes a new key for a node and prints it, once. The old one stays valid for a while.'),
  )
    .argument('<agent_id>', 'the node')
    .addHelpText('after', examples('cortex keys create web-1'))
    .action((agentId: string, options: ConfigOption) => run(bodies.create, { ...options, agentId }))

  withConfigOption(keys.command('revoke').description('Makes every key of a node worthless at once.'))
    .argument('<agent_id>', 'the node')
    .addHelpText('after', examples('cortex keys revoke web-1'))
    .action((agentId: string, options: ConfigOption) => run(bodies.revoke, { ...options, agentId }))
}
