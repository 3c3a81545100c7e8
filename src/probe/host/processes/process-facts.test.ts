import { expect, test } from 'vitest'
import { parseStatus, shownCommand, statusOf } from './process-facts.ts'

const status = 'Name:\tnginx\nState:\tS (sleeping)\nTgid:\t42\nPid:\t43\nUid:\t33\t33\t33\t33\nVmRSS:\t    2048 kB\n'

test('the user is the real one, and memory is in bytes', () => {
  expect(parseStatus(status)).toEqual({ threadGroup: 42, uid: 33, rssBytes: 2_097_152, hasMemory: true })
})

test('a kernel thread has no memory', () => {
  expect(parseStatus('Name:\tkworker\nTgid:\t9\nUid:\t0\t0\t0\t0\n')).toMatchObject({ rssBytes: 0, hasMemory: false })
})

test('a cut text is null', () => expect(parseStatus('Name:\tx\n')).toBeNull())

test.each([
  ['R', 'running'],
  ['D', 'disk_sleep'],
  ['Z', 'zombie'],
  ['?', 'unknown'],
])('state %s is %s', (state, word) => expect(statusOf(state)).toBe(word))

test.each([
  ['arguments', 'sleep\x00300\x00', 'sleep 300'],
  [
    'a title that a program gave itself',
    'nginx: master process /usr/sbin/nginx\x00\x00\x00',
    'nginx: master process /usr/sbin/nginx',
  ],
  ['line breaks and escapes', 'sh\x00-c\x00a\nb\x1b[31m\x00', 'sh -c a b [31m'],
  ['a password after its name', 'mysql\x00--password\x00hunter2\x00db\x00', 'mysql --password [redacted] db'],
  ['a password with its name', 'mysql\x00--password=hunter2\x00', 'mysql --password=[redacted]'],
  ['a key with its name', 'x\x00--api-key=abc\x00', 'x --api-key=[redacted]'],
  ['a variable', 'env\x00PGPASSWORD=hunter2\x00psql\x00', 'env PGPASSWORD=[redacted] psql'],
  ['a flag after a name', 'x\x00--token\x00--verbose\x00', 'x --token --verbose'],
  ['a password in an address', 'psql\x00postgres://bob:hunter2@db/x\x00', 'psql postgres://bob:[redacted]@db/x'],
  ['nothing', '', ''],
])('a command line with %s', (_name, cmdline, shown) => expect(shownCommand(cmdline)).toBe(shown))
