import { examples, type AddCommand, type Bodies } from './command-line.ts'

/** Commands that the demo starts by itself; nobody else needs them. */
export const addDemoParts: AddCommand<NonNullable<Bodies['demoParts']>> = (program, bodies, run) => {
  program
    .command('demo-service', { hidden: true })
    .description('A small service for the demo to break.')
    .argument('<port>', 'port of 127.0.0.1 to listen on', Number)
    .argument('<file>', 'what it answers')
    .action((port: number, dataFile: string) => run(bodies.service, { port, dataFile }))
  program
    .command('demo-cleanup', { hidden: true })
    .description('Waits for the end of stdin, then ends and removes a demo.')
    .argument('<folder>', 'the folder of the demo')
    .action((folder: string) => run(bodies.cleanup, { folder }))
}

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
