import { expect, test } from 'vitest'
import { parseMessages, reasonOf } from './messages.ts'

test('a refusal names its file and its line', () => {
  const output =
    'nginx: [warn] conflicting server name "a" on 0.0.0.0:80, ignored\n' +
    'nginx: [emerg] unknown directive "serve" in /etc/nginx/sites-enabled/my site:3\n' +
    'nginx: configuration file /etc/nginx/nginx.conf test failed\n'
  expect(reasonOf(output)).toEqual({
    level: 'emerg',
    text: 'unknown directive "serve"',
    file: '/etc/nginx/sites-enabled/my site',
    line: 3,
  })
  expect(parseMessages(output).map(({ level }) => level)).toEqual(['warn', 'emerg'])
})

test('lines of the error log are read the same', () => {
  const log =
    '2026/11/21 10:00:00 [notice] 12#12: signal process started\n' +
    '2026/11/21 10:00:01 [emerg] 12#12: bind() to 0.0.0.0:80 failed (98: Address already in use)\n' +
    '2026/11/21 10:00:04 [emerg] 12#12: still could not bind()\n'
  expect(reasonOf(log).text).toBe('bind() to 0.0.0.0:80 failed (98: Address already in use)')
})

test('an output without a message is the reason itself', () => {
  expect(reasonOf('segmentation fault\n').text).toBe('segmentation fault')
  expect(reasonOf('').text).toBe('nginx gave no reason')
})

test('a log that may not be opened is not taken for the reason', () => {
  const output =
    'nginx: [alert] could not open error log file: open() "/var/log/nginx/error.log" failed (13: Permission denied)\n' +
    '2026/11/21 10:00:00 [emerg] 5#5: unexpected "}" in /etc/nginx/nginx.conf:7\n'
  expect(reasonOf(output)).toMatchObject({ text: 'unexpected "}"', file: '/etc/nginx/nginx.conf', line: 7 })
})
