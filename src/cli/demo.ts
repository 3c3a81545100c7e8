import { examples, type AddCommand, type Bodies } from './command-line.ts'

export const addDemo: AddCommand<NonNullable<Bodies['demo']>> = (program, body, run) => {
  program
    .command('demo')
    .summary('watch a whole tree work on this machine')
    .description(
      'Starts a root, two regions and four leaves on the loopback, breaks things, and prints how each is seen, decided and repaired.\n' +
        'Ends by itself; exit code 1 when something did not happen as it should.',
    )
    .option('--stay', 'keep the tree running until Ctrl-C')
    .addHelpText('after', examples('cortex demo', 'cortex demo --stay'))
    .action((options: { stay?: boolean }) => run(body, options))
}
