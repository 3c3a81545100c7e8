import {
  examples,
  withConfigOption,
  type AddCommand,
  type Bodies,
  type Body,
  type ConfigOption,
} from './command-line.ts'

export type DoctorOptions = ConfigOption & { json?: boolean }

export const addDoctor: AddCommand<Bodies['doctorChecks']> = (program, furtherChecks, run) => {
  const body: Body<DoctorOptions> = async () => {
    const [{ runDoctor }, checks] = await Promise.all([import('./doctor-run.ts'), furtherChecks?.() ?? []])
    return (options, context) => runDoctor(options, context, checks)
  }
  const command = program
    .command('doctor')
    .summary('say what is wrong with this node and what to do')
    .description(
      'Checks configuration, runtime, data folder and what the node depends on. Changes nothing, shows no secret.',
    )
    .option('--json', 'print the findings as JSON')
  withConfigOption(command)
    .addHelpText('after', examples('cortex doctor', 'cortex doctor --config /etc/cortex/leaf.yaml'))
    .addHelpText(
      'after',
      '\nExit code 0 when all is well or only warnings were found, 1 when something is wrong, 3 when the configuration is.',
    )
    .action((options: DoctorOptions) => run(body, options))
}
