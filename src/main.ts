import type { Bodies } from './cli/command-line.ts'
import { runCli } from './cli/program.ts'

/** `users` and `keys` work on the database of the configured node, whether it runs or not. */
async function userBodies() {
  const [{ userCommands }, { readPassword }, { openForCommands }] = await Promise.all([
    import('./cli/users-run.ts'),
    import('./cli/read-password.ts'),
    import('./cli/open-for-commands.ts'),
  ])
  const say = (text: string): void => void process.stderr.write(text)
  return userCommands({ open: openForCommands, readPassword: () => readPassword(process.stdin, say) })
}

async function keyBodies() {
  const [{ keyCommands }, { openForCommands }] = await Promise.all([
    import('./cli/keys-run.ts'),
    import('./cli/open-for-commands.ts'),
  ])
  return keyCommands({ open: openForCommands, clock: Date.now })
}

/** What each command runs, fetched when it is called. */
const bodies: Bodies = {
  start: async () => (await import('./cli/start-run.ts')).start,
  join: async () => (await import('./cli/join-run.ts')).runJoin,
  demo: async () => (await import('./cli/demo/demo-run.ts')).runDemo,
  demoParts: {
    service: async () => (await import('./cli/demo/service-run.ts')).runDemoService,
    cleanup: async () => (await import('./cli/demo/cleanup-run.ts')).runDemoCleanup,
  },
  tree: async () => (await import('./cli/tree-run.ts')).runTree,
  users: {
    list: async () => (await userBodies()).list,
    add: async () => (await userBodies()).add,
    password: async () => (await userBodies()).password,
    role: async () => (await userBodies()).role,
    disable: async () => (await userBodies()).disable,
    enable: async () => (await userBodies()).enable,
    remove: async () => (await userBodies()).remove,
  },
  keys: {
    list: async () => (await keyBodies()).list,
    create: async () => (await keyBodies()).create,
    revoke: async () => (await keyBodies()).revoke,
  },
  token: async () => (await import('./cli/token-run.ts')).runToken,
  migrate: async () => (await import('./cli/migrate-run.ts')).runMigrate,
  doctorChecks: async () => [...(await import('./cli/doctor-node-checks.ts')).nodeChecks],
}

const code = await runCli(process.argv.slice(2), bodies, {
  env: process.env,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
})
// A command that has ended has closed what it opened; what still hangs (a keep-alive socket) must not hold the shell.
process.exit(code)
