import { examples, withConfigOption, type AddCommand, type Body, type ConfigOption } from './command-line.ts'

export type ConfigCommandOptions = ConfigOption & { reference?: boolean }

const body: Body<ConfigCommandOptions> = async () => (await import('./config-run.ts')).runConfig

export const addConfig: AddCommand<undefined> = (program, _none, run) => {
  const command = program
    .command('config')
    .summary('show the configuration this node would run with')
    .description(
      'Prints every key with its value, after defaults, file and environment. Secrets are shown as set or not set only.',
    )
    .option('--reference', 'print the reference table of all keys instead, as Markdown')
  withConfigOption(command)
    .addHelpText(
      'after',
      examples('cortex config', 'cortex config --config config/leaf.yaml', 'cortex config --reference'),
    )
    .action((options: ConfigCommandOptions) => run(body, options))
}
