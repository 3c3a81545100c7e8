import { supervise } from '../../src/cli/supervisor.ts'
import { openReleases } from '../../src/platform/releases/release-state.ts'

const [dataDir = '', entry = '', version = ''] = process.argv.slice(2)
process.exit(
  await supervise({
    releases: openReleases(dataDir),
    base: { entry, version },
    args: ['start'],
    env: process.env,
    say: (line) => process.stderr.write(`${line}\n`),
    onSignal(callback) {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, callback)
    },
  }),
)
