import { InvalidArgumentError } from 'commander'
import { examples, withConfigOption, type AddCommand, type Bodies, type ConfigOption } from './command-line.ts'

type Options = ConfigOption & {
  url?: string
  token?: string
  user?: string
  root?: string
  depth?: number
  watch?: boolean
  json?: boolean
}

export const addTree: AddCommand<NonNullable<Bodies['tree']>> = (program, body, run) => {
  const command = program
    .command('tree')
    .summary('show the nodes below a monitor and how they are')
    .description('Prints the topology as a monitor sees it: every node with its status, and what is wrong with it.')
    .option('--url <url>', 'the monitor to ask; absent: the node of the configuration, or its parent when it is a leaf')
    .option('--token <token>', 'an access token; absent: logs in')
    .option('--user <name>', 'log in as this user; the password is $CORTEX_ADMIN_PASSWORD or asked for', 'admin')
    .option('--root <agent_id>', 'begin at this node')
    .option('--depth <levels>', 'show this many levels', wholeNumber)
    .option('-w, --watch', 'follow changes until Ctrl-C')
    .option('--json', 'print the answer of the API as it is')
  withConfigOption(command)
    .addHelpText(
      'after',
      examples(
        'cortex tree',
        'cortex tree --watch',
        'cortex tree --root region-a --depth 2',
        'CORTEX_ADMIN_PASSWORD=… cortex tree --url https://monitor.example.com --json',
      ),
    )
    .action((options: Options) => run(body, options))
}

function wholeNumber(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError('a whole number from 0 to 999 is needed.')
  return Number(text)
}
