import { examples, withConfigOption, type AddCommand, type Bodies, type ConfigOption } from './command-line.ts'

export const addToken: AddCommand<NonNullable<Bodies['token']>> = (program, body, run) => {
  const command = program
    .command('token')
    .summary('print the registration token, and how another host joins with it')
    .description(
      'Prints what a host must show to join this monitor: the token on stdout, the ready-made command on stderr.\n' +
        'Whoever has it can add nodes, nothing more.',
    )
  withConfigOption(command)
    .addHelpText('after', examples('cortex token', 'cortex token --config /etc/cortex/cortex.yaml'))
    .action((options: ConfigOption) => run(body, options))
}
