import { openReleases } from '../platform/releases/release-state.ts'
import { supervisedVariable } from '../platform/releases/supervision.ts'
import { buildInfo } from '../platform/version.ts'
import { type CommandContext, type ConfigOption, type ExitCode, isExitCode } from './command-line.ts'
import { startFacts } from './start-facts.ts'
import { bundleEntry, supervise } from './supervisor.ts'

/**
 * `cortex start`: runs one node until SIGTERM or Ctrl-C. An installed package that may be upgraded from afar runs it as a
 * child, so that another build can take its place; a checkout, and every other node, in this process.
 */
export async function start(options: ConfigOption, context: CommandContext): Promise<ExitCode> {
  const entry = bundleEntry()
  const isChild = context.env[supervisedVariable] === '1' && process.send !== undefined
  if (entry === null || isChild) return await runHere(options, context)
  const { dataDir, mayUpgrade } = startFacts(options, context.env)
  const releases = openReleases(dataDir)
  if (!mayUpgrade && releases.read() === null) return await runHere(options, context)
  const code = await supervise({
    releases,
    base: { entry, version: buildInfo().version },
    args: process.argv.slice(2),
    env: context.env,
    say: (line) => context.err(`${line}\n`),
    onSignal(callback) {
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, callback)
    },
  })
  return isExitCode(code) ? code : 1
}

async function runHere(options: ConfigOption, context: CommandContext): Promise<ExitCode> {
  return await (await import('./run-node.ts')).runNode(options, context)
}
