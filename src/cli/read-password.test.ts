import { PassThrough, Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { readPassword } from './read-password.ts'

const ignore = () => undefined

test.each([
  ['secret\n', 'secret'],
  ['secret', 'secret'],
  ['with spaces \r\nsecond line\n', 'with spaces '],
])('piped in, the first line is the password: %j', async (piped, password) => {
  expect(await readPassword(Readable.from([piped]), ignore)).toBe(password)
})

test('nothing piped in is an error, not an empty password', async () => {
  await expect(readPassword(Readable.from([]), ignore)).rejects.toThrow('No password')
  await expect(readPassword(Readable.from(['\n']), ignore)).rejects.toThrow('No password')
})

test.each([
  ['the same twice', 'secret', 'secret', true],
  ['two that differ', 'secret', 'secrets', false],
])('on a terminal it is asked for twice: %s', async (_what, first, second, isTaken) => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true })
  const said: string[] = []
  const reading = readPassword(terminal, (text) => {
    said.push(text)
    if (text.startsWith('New')) terminal.write(`${first}\n`)
    if (text.startsWith('Again')) terminal.write(`${second}\n`)
  })
  await (isTaken ? expect(reading).resolves.toBe(first) : expect(reading).rejects.toThrow('differ'))
  expect(said.join('')).not.toContain('secret')
})
