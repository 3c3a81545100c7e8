import { answerTo } from './answer.ts'
import { ProbeSection } from '../../src/platform/config/probe.section.ts'
import { createLogger } from '../../src/platform/logger.ts'
import { createProbe } from '../../src/probe/probe.ts'

/** A probe in a process of its own, for a test to kill: its one L2 action is approved at once and takes long. */
const [journalFile = '', port = '', ...start] = process.argv.slice(2)
const probe = createProbe({
  config: ProbeSection.parse({
    services: [{ name: 'slow', tcp: { port: Number(port) }, start, bad_samples: 1, good_samples: 1, verify_s: 0.1 }],
  }),
  agentId: 'leaf',
  version: '1.0.0',
  journalFile,
  deliver: {
    report: () => undefined,
    result: () => undefined,
    requestDecision: async (request) => answerTo(request, { status: 'approved' }),
  },
  logger: createLogger({ level: 'silent' }),
  clock: () => Date.now(),
  random: () => 0,
  ids: () => crypto.randomUUID(),
})
await probe.inspectNow()
setInterval(() => undefined, 1000)
