import type { Bodies } from './cli/command-line.ts'
import { runCli } from './cli/program.ts'

/** What each command runs, fetched when it is called. */
const bodies: Bodies = {
  start: async () => (await import('./cli/start-run.ts')).start,
  demo: async () => (await import('./cli/demo/demo-run.ts')).runDemo,
  demoParts: {
    service: async () => (await import('./cli/demo/service-run.ts')).runDemoService,
    cleanup: async () => (await import('./cli/demo/cleanup-run.ts')).runDemoCleanup,
  },
}

const code = await runCli(process.argv.slice(2), bodies, {
  env: process.env,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
})
// A command that has ended has closed what it opened; what still hangs (a keep-alive socket) must not hold the shell.
process.exit(code)
