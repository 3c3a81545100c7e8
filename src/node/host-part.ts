import { randomBytes } from 'node:crypto'
import type { Config } from '../platform/config/schema.ts'
import type { DataDir } from '../platform/data-dir.ts'
import type { Lifecycle } from '../platform/lifecycle.ts'
import type { Logger } from '../platform/logger.ts'
import { kernelMonotonicMs } from '../probe/boot-clock.ts'
import { createActs } from '../probe/host/acts.ts'
import { createCapabilities } from '../probe/host/capabilities.ts'
import { registerFiles } from '../probe/host/files/register.ts'
import { openHostAudit } from '../probe/host/host-audit.ts'
import { registerProcesses } from '../probe/host/processes/register.ts'
import { createSessions } from '../probe/host/terminal/sessions.ts'
import { registerTerminal } from '../probe/host/terminal/register.ts'
import type { Methods } from '../tree/link/methods.ts'

/** What may be done on this host from afar, each act under the node's own capabilities and in its own log. */
export async function registerHost(
  methods: Methods,
  parts: { config: Config; dataDir: DataDir; lifecycle: Lifecycle; logger: Logger },
): Promise<void> {
  const { config, dataDir, lifecycle, logger } = parts
  const clock = Date.now
  const capabilities = createCapabilities(config.capabilities)
  const audit = openHostAudit({ file: dataDir.file('host-audit.sqlite'), clock })
  lifecycle.onStop('host audit', () => audit.close())
  const acts = createActs({ capabilities, audit })

  await registerFiles(methods, {
    clock,
    acts,
    capabilities,
    ownPaths: [dataDir.path],
    randomName: () => randomBytes(8).toString('hex'),
  })
  registerProcesses(methods, { acts, procRoot: '/proc', clock, monotonicMs: kernelMonotonicMs, databasePids: () => [] })
  const sessions = createSessions({ clock, logger, runAs: config.terminal.run_as ?? null, recording: null })
  lifecycle.onStop('terminals', () => sessions.stop())
  registerTerminal(methods, { acts, sessions, runAs: config.terminal.run_as ?? null })
}
