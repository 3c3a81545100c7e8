import { unwell, well, type Health } from './health.ts'

/** The properties that `systemctl show` is asked for. */
export const UNIT_PROPERTIES = [
  'Id',
  'LoadState',
  'ActiveState',
  'SubState',
  'Result',
  'ExecMainStatus',
  'InactiveEnterTimestamp',
] as const

/** Reads the blocks that `systemctl show a b c` prints, in the order of the units that were named. */
export function parseUnitStates(text: string): Record<string, string>[] {
  return text
    .trim()
    .split(/\n\s*\n/)
    .filter((block) => block.trim() !== '')
    .map((block) =>
      Object.fromEntries(
        block.split('\n').map((line) => {
          const equals = line.indexOf('=')
          return [line.slice(0, equals), line.slice(equals + 1)]
        }),
      ),
    )
}

/** Active and reloading are well, activating is given time; stopped in an orderly manner is told from failed. */
export function healthOfUnit(unit: string, state: Record<string, string>): Health {
  const { LoadState, ActiveState = 'unknown', SubState, Result, ExecMainStatus, InactiveEnterTimestamp } = state
  const details = {
    unit,
    active_state: ActiveState,
    sub_state: SubState,
    result: Result,
    exit_code: Number(ExecMainStatus) || 0,
    last_active: InactiveEnterTimestamp,
  }
  if (LoadState === 'not-found') return unwell(`systemd 不认识单元 ${unit}`, details)
  if (ActiveState === 'active' || ActiveState === 'reloading' || ActiveState === 'activating') return well(details)
  return {
    well: false,
    inactive: ActiveState === 'inactive' && (Result === 'success' || Result === ''),
    why: `systemd 单元 ${unit} 的状态为 ${ActiveState}（${Result || SubState || '-'}）`,
    details,
  }
}
