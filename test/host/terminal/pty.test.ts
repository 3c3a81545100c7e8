import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { type PtyExit, openPty } from '../../../src/probe/host/terminal/pty.ts'

const numbers = 200_000
const script = `stty raw; seq ${numbers}`

test('what a process writes is read whole and in order, also what is left when it has ended, however often it is held back', async () => {
  const expected = createHash('sha256')
  for (let number = 1; number <= numbers; number += 1) expected.update(`${number}\n`)
  const seen = createHash('sha256')
  let reads = 0
  let readWhilePaused = 0
  let paused = false

  const exit = await new Promise<PtyExit>((onExit) => {
    const pty = openPty({
      argv: ['/bin/sh', '-c', script],
      env: { PATH: process.env['PATH'] ?? '' },
      cwd: '/',
      cols: 80,
      rows: 24,
      ownerUid: null,
      onData(bytes) {
        if (paused) readWhilePaused += 1
        seen.update(bytes)
        if ((reads += 1) % 5 !== 0) return
        paused = true
        pty.setPaused(true)
        setImmediate(() => {
          paused = false
          pty.setPaused(false)
        })
      },
      onExit,
    })
  })
  expect(exit).toEqual({ code: 0, signal: null })
  expect(readWhilePaused).toBe(0)
  expect(seen.digest('hex')).toBe(expected.digest('hex'))
})
