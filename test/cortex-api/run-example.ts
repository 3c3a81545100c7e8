import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

const timeoutMs = 20_000
const maxOutputBytes = 1_048_576

export interface Outcome {
  code: number | null
  out: string
  err: string
}

/** Whether a program is on the PATH. */
export function hasProgram(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)))
}

/**
 * Runs a program with a file made of `text` as its last argument, and waits for its end; it is ended after 20 s.
 * `onOut` sees all of its output whenever there is more, and may end a program that would go on for ever.
 */
export async function runExample(
  command: readonly [string, ...string[]],
  file: { name: string; text: string },
  options: { env?: Record<string, string>; onOut?: (out: string, end: () => void) => void } = {},
): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'cortex-example-'))
  try {
    await writeFile(join(folder, file.name), file.text)
    const [program, ...args] = command
    const child = spawn(program, [...args, join(folder, file.name)], {
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
    })
    let out = ''
    let err = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out = (out + text).slice(-maxOutputBytes)
      options.onOut?.(out, () => child.kill())
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err = (err + text).slice(-maxOutputBytes)))
    const code = await new Promise<number | null>((ended, failed) => {
      child.once('error', failed)
      child.once('close', ended)
    })
    return { code, out, err }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
