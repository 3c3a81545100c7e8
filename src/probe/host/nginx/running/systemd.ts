import { existsSync } from 'node:fs'
import { CannotStartProcess, runProcess } from '../../../../platform/run-process.ts'
import type { Ran } from './nginx-program.ts'

/** Starts and stops nginx through the unit that owns it. */
export interface NginxUnit {
  run(verb: 'start' | 'stop' | 'restart'): Promise<Ran>
}

const UNIT_TIMEOUT_MS = 60_000

/**
 * The systemd unit of nginx; null where systemd does not run or knows no such unit. A daemon begun by this node instead
 * would belong to this node's unit, and end with it.
 */
export async function findUnit(name: string | null): Promise<NginxUnit | null> {
  if (name === null || !existsSync('/run/systemd/system')) return null
  const systemctl = async (args: string[]): Promise<Ran> => {
    const result = await runProcess(['systemctl', '--no-ask-password', ...args], { timeoutMs: UNIT_TIMEOUT_MS })
    return { ok: result.code === 0, output: `${result.stdout}${result.stderr}` }
  }
  try {
    if (!(await systemctl(['cat', name])).ok) return null
  } catch (error) {
    if (error instanceof CannotStartProcess) return null
    throw error
  }
  return { run: (verb) => systemctl([verb, name]) }
}
