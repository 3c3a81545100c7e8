import { examples, withConfigOption, type AddCommand, type Bodies, type ConfigOption } from './command-line.ts'

export const addJoin: AddCommand<NonNullable<Bodies['join']>> = (program, body, run) => {
  const command = program
    .command('join')
    .summary('join this host to a parent monitor')
    .description(
      'Registers this node with a parent and keeps the key it gets. Joining another parent later moves the node.',
    )
    .argument('<url>', 'address of the parent monitor')
    .option('-t, --token <token>', "the parent's registration token; absent: $CORTEX_UPSTREAM_TOKEN")
    .option('--id <agent_id>', 'agent_id of this node; absent: as configured, else the host name')
    .option('--name <name>', 'name of this node for people')
    .option(
      '--allow <list>',
      'what may be done on this host from afar: terminal,files:/srv,files:/var/log:ro,processes,docker,nginx; absent: as it was',
    )
  withConfigOption(command)
    .addHelpText(
      'after',
      examples(
        'cortex join https://monitor.example.com --token <token>',
        'cortex join http://10.0.0.1:3333 --id web-1 --token <token>',
        'cortex join http://10.0.0.1:3333 --token <token> --allow terminal,files:/srv',
      ),
    )
    .action((url: string, options: ConfigOption & { token?: string; id?: string; name?: string; allow?: string }) =>
      run(body, { url, ...options }),
    )
}
