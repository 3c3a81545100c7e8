import { examples, withConfigOption, type AddCommand, type Bodies, type ConfigOption } from './command-line.ts'

export const addMigrate: AddCommand<NonNullable<Bodies['migrate']>> = (program, body, run) => {
  const command = program
    .command('migrate')
    .summary("bring the monitor's database to this version")
    .description(
      'Applies the migrations that are missing. A starting monitor does the same; this is for doing it beforehand.',
    )
    .option('--check', 'only say what is missing; exit code 1 when something is')
  withConfigOption(command)
    .addHelpText('after', examples('cortex migrate --check', 'DATABASE_URL=postgres://… cortex migrate'))
    .action((options: ConfigOption & { check?: boolean }) => run(body, options))
}
