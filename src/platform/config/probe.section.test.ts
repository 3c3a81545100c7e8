import { expect, test } from 'vitest'
import { ProbeSection } from './probe.section.ts'

test('an empty section is complete, deletes nothing and runs no command', () => {
  const probe = ProbeSection.parse({})
  expect(probe.report_interval_s).toBe(10)
  expect(probe.remedies.clean).toEqual([])
  expect(probe.remedies.commands).toEqual({})
  expect(probe.services).toEqual([])
})

test.each([
  ['an unknown key', { report_intervall_s: 3 }],
  ['a service nobody can look at', { services: [{ name: 'web' }] }],
  ['a service name that starts like an option', { services: [{ name: '--now', process: 'x' }] }],
  [
    'two services of one name',
    {
      services: [
        { name: 'a', process: 'x' },
        { name: 'a', process: 'y' },
      ],
    },
  ],
  ['a daemon without a pid file', { services: [{ name: 'a', process: 'x', daemon: true, start: ['x'] }] }],
  ['cleaning the root', { remedies: { clean: [{ path: '/' }] } }],
  ['cleaning a relative path', { remedies: { clean: [{ path: 'tmp' }] } }],
  ['cleaning through ".."', { remedies: { clean: [{ path: '/var/../etc' }] } }],
  ['a fix command that is not listed', { checks: { cpu: { fix_command: 'x' } } }],
  ['a broken pattern', { checks: { logs: [{ name: 'a', path: '/x', pattern: '(' }] } }],
  ['warning above critical', { checks: { cpu: { warning: 90, critical: 80 } } }],
])('%s is a mistake', (_name, section) => {
  expect(ProbeSection.safeParse(section).success).toBe(false)
})
