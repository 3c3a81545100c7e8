import { Argument, Option } from 'commander'
import { UserRole } from '../contract/common.ts'
import { examples, withConfigOption, type AddCommand, type Bodies, type ConfigOption } from './command-line.ts'

export const addUsers: AddCommand<NonNullable<Bodies['users']>> = (program, bodies, run) => {
  const users = program
    .command('users')
    .summary('list, add and remove people')
    .description(
      'People who may log in to this monitor. Works on its database, so it helps when nobody can log in any more.',
    )
    .addHelpText(
      'after',
      examples('cortex users list', 'cortex users add ann --role operator', 'cortex users password admin'),
    )

  withConfigOption(users.command('list').description('Lists everybody with role and last login.'))
    .option('--json', 'print as JSON')
    .addHelpText('after', examples('cortex users list', 'cortex users list --json'))
    .action((options: ConfigOption & { json?: boolean }) => run(bodies.list, options))

  withConfigOption(users.command('add').description('Adds a person; the password is asked for, or read from stdin.'))
    .argument('<username>', 'name to log in with')
    .addOption(new Option('--role <role>', 'what the person may do').choices(UserRole.options).default('viewer'))
    .option('--email <address>', 'e-mail address')
    .addHelpText('after', examples('cortex users add ann --role operator', 'cortex users add bob < password.txt'))
    .action((username: string, options: ConfigOption & { role: string; email?: string }) =>
      run(bodies.add, { username, ...options }),
    )

  withConfigOption(users.command('password').description('Sets a new password; it is asked for, or read from stdin.'))
    .argument('<username>', 'whose password')
    .addHelpText('after', examples('cortex users password admin'))
    .action((username: string, options: ConfigOption) => run(bodies.password, { username, ...options }))

  withConfigOption(users.command('role').description('Changes what a person may do; sessions end.'))
    .argument('<username>', 'who')
    .addArgument(new Argument('<role>', 'what the person may do').choices(UserRole.options))
    .addHelpText('after', examples('cortex users role ann admin'))
    .action((username: string, role: string, options: ConfigOption) => run(bodies.role, { username, role, ...options }))

  withConfigOption(users.command('disable').description('Keeps a person out without forgetting them; sessions end.'))
    .argument('<username>', 'who')
    .addHelpText('after', examples('cortex users disable bob'))
    .action((username: string, options: ConfigOption) => run(bodies.disable, { username, ...options }))

  withConfigOption(users.command('enable').description('Lets a disabled person in again.'))
    .argument('<username>', 'who')
    .addHelpText('after', examples('cortex users enable bob'))
    .action((username: string, options: ConfigOption) => run(bodies.enable, { username, ...options }))

  withConfigOption(users.command('remove').description('Removes a person; open sessions end at once.'))
    .argument('<username>', 'who')
    .addHelpText('after', examples('cortex users remove bob'))
    .action((username: string, options: ConfigOption) => run(bodies.remove, { username, ...options }))
}
