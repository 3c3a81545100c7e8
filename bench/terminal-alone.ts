import { spawn } from '@lydell/node-pty'
import { answer, startedWith, tell } from './support/child.ts'

/** The script of the measure: with an argument it writes so many bytes and ends. */
const { pourScript } = (await startedWith()) as { pourScript: string }

/** How long it takes to read so much of a terminal and do nothing with it: no socket, no other process. */
function read(bytes: number): Promise<{ pourMs: number }> {
  const beganAt = performance.now()
  const pty = spawn('/bin/sh', [pourScript, String(bytes)], { encoding: null, cwd: '/' })
  let left = bytes
  return new Promise((resolve) => {
    pty.onData((piece) => {
      left -= piece.length
      if (left > 0) return
      resolve({ pourMs: performance.now() - beganAt })
      pty.kill()
    })
  })
}

answer((order) => read((order as { bytes: number }).bytes))
tell({})
