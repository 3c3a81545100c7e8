import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { CannotStartProcess, inheritedEnvironment, runProcess } from '../../src/platform/run-process.ts'

const node = process.execPath
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'run-process-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function isAlive(pid: number): boolean {
  try {
    // A zombie that nobody reaps still answers signal 0, so the state is read.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

const pidIn = (file: string) =>
  vi.waitFor(() => Number(/^(\d+)\n/.exec(readFileSync(file, 'utf8'))?.[1] ?? raise()), 20_000)
function raise(): never {
  throw new Error('not written yet')
}

/** A shell whose child ignores SIGTERM and writes its pid to `file`; the shell itself waits for it. */
const stubbornFamily = (file: string) => `sh -c 'trap "" TERM; echo $$ > ${file}; while :; do sleep 1; done' & wait`

describe('runProcess', () => {
  test('a non-zero exit is a result, not an error', async () => {
    const result = await runProcess(['sh', '-c', 'echo out; echo err >&2; exit 3'], { timeoutMs: 5_000 })
    expect(result).toMatchObject({
      code: 3,
      signal: null,
      stdout: 'out\n',
      stderr: 'err\n',
      truncated: false,
      timedOut: false,
    })
  })

  test('arguments reach the program as they are, no shell reads them', async () => {
    const result = await runProcess(['printf', '%s', '$(id); `id` && echo "x"'], { timeoutMs: 5_000 })
    expect(result.stdout).toBe('$(id); `id` && echo "x"')
  })

  test.each([
    ['a program that does not exist', ['no-such-program-anywhere'], {}, 'ENOENT', /no such program/],
    ['a file that is not executable', ['/etc/passwd'], {}, 'EACCES', /not executable/],
    [
      'a folder that does not exist',
      ['true'],
      { cwd: '/no/such/folder' },
      'ENOENT',
      /working directory "\/no\/such\/folder"/,
    ],
    ['an empty argument list', [], {}, 'EINVAL', /empty/],
  ])('%s is refused with a clear error', async (_what, argv, options, code, message) => {
    const error = await runProcess(argv, { timeoutMs: 5_000, ...options }).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(CannotStartProcess)
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) })
  })

  test('on time-out a grandchild that ignores SIGTERM is killed too', async () => {
    const file = join(folder, 'pid')
    const result = await runProcess(['sh', '-c', stubbornFamily(file)], { timeoutMs: 300, killAfterMs: 200 })
    expect(result).toMatchObject({ timedOut: true, code: null, signal: 'SIGTERM' })
    const grandchild = await pidIn(file)
    await vi.waitFor(() => expect(isAlive(grandchild)).toBe(false), 20_000)
  })

  test('an abort ends the whole group', async () => {
    const file = join(folder, 'pid')
    const abort = new AbortController()
    const running = runProcess(['sh', '-c', stubbornFamily(file)], {
      timeoutMs: 30_000,
      killAfterMs: 100,
      signal: abort.signal,
    })
    const grandchild = await pidIn(file)
    abort.abort()
    expect(await running).toMatchObject({ aborted: true, timedOut: false })
    await vi.waitFor(() => expect(isAlive(grandchild)).toBe(false), 20_000)
  })

  test('an abort that came before the start starts nothing', async () => {
    const file = join(folder, 'made')
    const result = await runProcess(['touch', file], { timeoutMs: 5_000, signal: AbortSignal.abort() })
    expect(result).toMatchObject({ aborted: true, code: null })
    expect(() => readFileSync(file)).toThrow(/ENOENT/)
  })

  test('a program that ends by itself on SIGTERM keeps what it said', async () => {
    const script =
      'process.on("SIGTERM", () => { console.log("bye"); process.exit(7) }); console.log("up"); setInterval(() => {}, 1000)'
    const result = await runProcess([node, '-e', script], { timeoutMs: 1_500, killAfterMs: 5_000 })
    expect(result).toMatchObject({ timedOut: true, code: 7, stdout: 'up\nbye\n' })
  })

  test('output beyond the cap is read and thrown away, and the program still ends', async () => {
    const result = await runProcess(['sh', '-c', 'head -c 3000000 /dev/zero; echo done >&2'], {
      timeoutMs: 10_000,
      maxOutputBytes: 1_000,
    })
    expect(result).toMatchObject({ code: 0, truncated: true, stderr: 'done\n' })
    expect(result.stdout).toHaveLength(1_000)
  })

  test('a background child that holds the output open is neither waited for nor killed', async () => {
    const file = join(folder, 'pid')
    const result = await runProcess(['sh', '-c', `sleep 30 & echo $! > ${file}; echo started`], { timeoutMs: 20_000 })
    expect(result).toMatchObject({ code: 0, stdout: 'started\n', timedOut: false })
    const background = await pidIn(file)
    expect(isAlive(background)).toBe(true)
    process.kill(background, 'SIGKILL')
  })

  test('input is given on stdin, and a program that does not read it is no error', async () => {
    expect((await runProcess(['cat'], { timeoutMs: 5_000, stdin: 'hello' })).stdout).toBe('hello')
    expect((await runProcess(['true'], { timeoutMs: 5_000, stdin: 'x'.repeat(1_000_000) })).code).toBe(0)
  })

  test('this node’s own secrets are not in the environment of a child', () => {
    const env = { PATH: '/bin', CORTEX_ADMIN_PASSWORD: 'a', DATABASE_URL: 'b', OPENAI_API_KEY: 'c', HOME: '/root' }
    expect(inheritedEnvironment(env)).toEqual({ PATH: '/bin', HOME: '/root' })
  })
})
