import { examples, withConfigOption, type AddCommand, type Bodies, type ConfigOption } from './command-line.ts'

export const addStart: AddCommand<NonNullable<Bodies['start']>> = (program, body, run) => {
  const command = program
    .command('start')
    .summary('run this node until it is told to stop')
    .description(
      'Runs one node in the foreground: the probe of this host, and a monitor unless the configuration says otherwise.\n' +
        'SIGTERM and Ctrl-C stop it in good order within 5 seconds.',
    )
  withConfigOption(command)
    .addHelpText(
      'after',
      examples('cortex start', 'cortex start --config /etc/cortex/leaf.yaml', 'CORTEX_PORT=8080 cortex start'),
    )
    .action((options: ConfigOption) => run(body, options))
}
