import { existsSync } from 'node:fs'
import { inheritedEnvironment, runProcess } from '../../../platform/run-process.ts'
import type { Health } from './health.ts'
import { UNIT_PROPERTIES, healthOfUnit, parseUnitStates } from './unit-state.ts'

const MAX_OUTPUT_BYTES = 1_048_576
/** One question to systemd serves all services of an inspection. */
const SHARED_FOR_MS = 1_000

export interface UnitReader {
  health(unit: string, options: { fresh: boolean; timeoutMs: number }): Promise<Health>
}

/** Asks systemd for all watched units in one go; rejects where systemd does not run this host. */
export function createUnitReader({
  units,
  monotonicMs,
}: {
  units: readonly string[]
  monotonicMs: () => number
}): UnitReader {
  let asked: { atMs: number; answer: Promise<Map<string, Health>> } | null = null

  async function ask(names: readonly string[], timeoutMs: number): Promise<Map<string, Health>> {
    if (!existsSync('/run/systemd/system')) throw new Error('systemd does not run this host')
    const argv = ['systemctl', 'show', '--no-pager', `--property=${UNIT_PROPERTIES.join(',')}`, '--', ...names]
    const result = await runProcess(argv, {
      timeoutMs,
      maxOutputBytes: MAX_OUTPUT_BYTES,
      env: { ...inheritedEnvironment(process.env), LC_ALL: 'C' },
    })
    if (result.code !== 0) throw new Error(`systemctl show: ${result.timedOut ? 'timed out' : result.stderr.trim()}`)
    const states = parseUnitStates(result.stdout)
    return new Map(names.map((unit, index) => [unit, healthOfUnit(unit, states[index] ?? {})]))
  }

  function shared(timeoutMs: number): Promise<Map<string, Health>> {
    const atMs = monotonicMs()
    if (asked === null || atMs - asked.atMs >= SHARED_FOR_MS) asked = { atMs, answer: ask(units, timeoutMs) }
    return asked.answer
  }

  return {
    async health(unit, { fresh, timeoutMs }) {
      const answer = fresh ? ask([unit], timeoutMs) : shared(timeoutMs)
      const health = (await answer).get(unit)
      if (!health) throw new Error(`systemd did not answer for ${unit}`)
      return health
    },
  }
}
