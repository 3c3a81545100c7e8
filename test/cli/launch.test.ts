import { spawn } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runProcess } from '../../src/platform/run-process.ts'

const launcher = resolve(import.meta.dirname, '../../src/launch.cjs')
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'launch-'))
  mkdirSync(join(folder, 'src'))
  copyFileSync(launcher, join(folder, 'src', 'launch.cjs'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The arguments that make Node believe it is an old one, for this process only. */
function asOldNode(): string[] {
  const file = join(folder, 'old.cjs')
  writeFileSync(file, "Object.defineProperty(process.versions, 'node', { value: '20.20.2' })")
  return ['--require', file]
}

/** Installs this Node as the one that the package brought. */
function bringNode(): void {
  const brought = join(folder, 'node_modules', `node-${process.platform}-${process.arch}`)
  mkdirSync(join(brought, 'bin'), { recursive: true })
  writeFileSync(join(brought, 'package.json'), '{"name":"node"}')
  symlinkSync(process.execPath, join(brought, 'bin', 'node'))
}

const launch = (execArgv: string[], args: string[]) =>
  runProcess([process.execPath, ...execArgv, join(folder, 'src', 'launch.cjs'), ...args], { timeoutMs: 10_000 })

describe('the launcher', () => {
  test('in a checkout it runs the sources, in a package the bundle, with the same arguments', async () => {
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    mkdirSync(join(folder, 'dist'))
    writeFileSync(join(folder, 'dist', 'main.js'), 'console.log("bundle", process.argv.slice(2).join())')
    expect((await launch([], ['a', '-b'])).stdout).toBe('bundle a,-b\n')
    writeFileSync(
      join(folder, 'src', 'main.ts'),
      'const what: string = "sources"; console.log(what, process.argv.slice(2).join())',
    )
    expect(await launch([], ['a', '-b'])).toMatchObject({ stdout: 'sources a,-b\n', stderr: '' })
    expect(existsSync(join(folder, 'node_modules/.cache/compile'))).toBe(true)
  })

  test('an old Node hands over to the one that the package brought, and gives its exit code', async () => {
    bringNode()
    writeFileSync(
      join(folder, 'src', 'main.ts'),
      'console.log(process.versions.node, process.argv[2]); process.exit(42)',
    )
    const { code, stdout } = await launch(asOldNode(), ['x'])
    expect({ code, stdout }).toEqual({ code: 42, stdout: `${process.versions.node} x\n` })
  })

  test('an old Node without a brought one says what is needed', async () => {
    const { code, stderr } = await launch(asOldNode(), [])
    expect(code).toBe(1)
    expect(stderr).toMatch(/this is Node v[\d.]+\n.*Node 24 or later is needed/)
  })

  test('a brought Node that does not start here is said, not thrown', async () => {
    bringNode()
    const binary = join(folder, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
    rmSync(binary)
    writeFileSync(binary, 'not a program')
    chmodSync(binary, 0o644)
    const { code, stderr } = await launch(asOldNode(), [])
    expect(code).toBe(1)
    expect(stderr).toContain('does not start')
  })

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s reaches the program, which ends in its own way',
    async (signal) => {
      bringNode()
      writeFileSync(
        join(folder, 'src', 'main.ts'),
        `process.on('${signal}', () => { console.log('in good order'); process.exit(5) }); console.log('up'); setInterval(() => {}, 1000)`,
      )
      const child = spawn(process.execPath, [...asOldNode(), join(folder, 'src', 'launch.cjs')], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const ended = new Promise((done) => child.once('exit', done))
      let out = ''
      for await (const chunk of child.stdout.setEncoding('utf8')) {
        out += chunk
        if (out === 'up\n') child.kill(signal)
      }
      expect(await ended).toBe(5)
      expect(out).toBe('up\nin good order\n')
    },
  )

  test('a program that a signal has ended ends the launcher by that signal', async () => {
    bringNode()
    writeFileSync(join(folder, 'src', 'main.ts'), "process.kill(process.pid, 'SIGKILL')")
    expect((await launch(asOldNode(), [])).signal).toBe('SIGKILL')
  })
})
