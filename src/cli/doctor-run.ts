import { within } from '../lib/within.ts'
import { ConfigInvalid, mistakeText } from '../platform/config/mistakes.ts'
import type { Config } from '../platform/config/schema.ts'
import { scrubText } from '../platform/redact.ts'
import { ExitCode, type CommandContext } from './command-line.ts'
import { platformChecks, type DoctorCheck, type Finding } from './doctor-checks.ts'
import type { DoctorOptions } from './doctor.ts'
import { loadNodeConfig } from './node-config.ts'

const CHECK_TIMEOUT_MS = 10_000

export interface CheckResult {
  check: string
  findings: Finding[]
}

/** Runs every check that means something for this node, one after the other, and prints what each found. */
export async function runDoctor(
  options: DoctorOptions,
  context: CommandContext,
  furtherChecks: readonly DoctorCheck[],
  timeoutMs = CHECK_TIMEOUT_MS,
): Promise<ExitCode> {
  const { config, result } = checkConfig(options.config, context.env)
  const results = [result]
  for (const check of config ? [...platformChecks, ...furtherChecks] : []) {
    if (config && check.applies(config)) results.push(await runCheck(check, config, timeoutMs))
  }
  context.out(scrubText(options.json ? `${JSON.stringify(results, null, 2)}\n` : doctorText(results)))
  if (!config) return ExitCode.config
  return results.some(({ findings }) => findings.some(({ status }) => status === 'failed'))
    ? ExitCode.failure
    : ExitCode.ok
}

function checkConfig(file: string | undefined, env: NodeJS.ProcessEnv): { config: Config | null; result: CheckResult } {
  const check = 'configuration'
  try {
    const config = loadNodeConfig({ config: file }, { env })
    const parts = [
      config.probe.enabled && 'probe',
      config.monitor.enabled && 'monitor',
      config.upstream.urls.length > 0 && 'upstream',
    ]
    const text = `node ${config.node.id} with ${parts.filter(Boolean).join(', ')}`
    return { config, result: { check, findings: [{ status: 'ok', text }] } }
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error
    const findings = error.mistakes.map((mistake): Finding => ({
      status: 'failed',
      text: mistakeText(mistake),
      todo: 'correct it',
    }))
    return { config: null, result: { check, findings } }
  }
}

async function runCheck(check: DoctorCheck, config: Config, timeoutMs: number): Promise<CheckResult> {
  const abort = new AbortController()
  try {
    const ended = await within(check.run(config, abort.signal), timeoutMs)
    if (ended.inTime) return { check: check.name, findings: ended.value }
    const text = `no answer within ${timeoutMs / 1000} s`
    return { check: check.name, findings: [{ status: 'failed', text, todo: 'see whether what it depends on is up' }] }
  } catch (error) {
    return {
      check: check.name,
      findings: [{ status: 'failed', text: error instanceof Error ? error.message : String(error) }],
    }
  } finally {
    abort.abort()
  }
}

const MARKS = { ok: 'ok     ', warning: 'warning', failed: 'FAILED ' } as const

function doctorText(results: readonly CheckResult[]): string {
  const lines = results.flatMap(({ check, findings }) =>
    findings.flatMap(({ status, text, todo }) => [
      `${MARKS[status]}  ${check.padEnd(14)} ${text}`,
      ...(todo === undefined || status === 'ok' ? [] : [`${' '.repeat(24)} → ${todo}`]),
    ]),
  )
  return `${lines.join('\n')}\n`
}
