import { expect, test } from 'vitest'
import { healthOfUnit, parseUnitStates } from './unit-state.ts'

const shown = `Result=success
ExecMainStatus=0
Id=ssh.service
LoadState=loaded
ActiveState=active
SubState=running

Result=exit-code
ExecMainStatus=1
Id=nginx.service
LoadState=loaded
ActiveState=failed
SubState=failed
InactiveEnterTimestamp=Sun 2025-11-16 09:45:00 UTC
`

test('one block per unit, in order', () => {
  expect(parseUnitStates(shown).map((state) => [state.Id, state.ActiveState])).toEqual([
    ['ssh.service', 'active'],
    ['nginx.service', 'failed'],
  ])
})

test.each([
  [{ LoadState: 'loaded', ActiveState: 'active' }, true, undefined],
  [{ LoadState: 'loaded', ActiveState: 'activating' }, true, undefined],
  [{ LoadState: 'loaded', ActiveState: 'failed', Result: 'exit-code' }, false, false],
  [{ LoadState: 'loaded', ActiveState: 'inactive', Result: 'success' }, false, true],
  [{ LoadState: 'not-found', ActiveState: 'inactive', Result: 'success' }, false, undefined],
  [{}, false, false],
])('%j is well: %s, stopped by somebody: %s', (state, isWell, inactive) => {
  expect(healthOfUnit('x', state)).toMatchObject({ well: isWell, ...(inactive === undefined ? {} : { inactive }) })
})
