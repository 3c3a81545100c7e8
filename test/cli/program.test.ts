import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ExitCode, type Bodies, type Body } from '../../src/cli/command-line.ts'
import { runCli } from '../../src/cli/program.ts'
import { notFound } from '../../src/contract/errors.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Every command with a body that only notes how it was called. */
function allBodies() {
  const calls: { command: string; options: unknown }[] = []
  let loaded = 0
  function body<Options>(command: string): Body<Options> {
    return async () => {
      loaded++
      return async (options) => {
        calls.push({ command, options })
        return ExitCode.ok
      }
    }
  }
  const bodies: Bodies = {
    start: body('start'),
    join: body('join'),
    demo: body('demo'),
    tree: body('tree'),
    users: {
      list: body('users list'),
      add: body('users add'),
      password: body('users password'),
      role: body('users role'),
      disable: body('users disable'),
      enable: body('users enable'),
      remove: body('users remove'),
    },
    keys: { list: body('keys list'), create: body('keys create'), revoke: body('keys revoke') },
    token: body('token'),
    migrate: body('migrate'),
  }
  return { bodies, calls, loaded: () => loaded }
}

async function cortex(args: string[], bodies: Bodies = allBodies().bodies, env: NodeJS.ProcessEnv = { HOME: folder }) {
  const written = { out: '', err: '' }
  const code = await runCli(args, bodies, {
    env,
    out: (text) => void (written.out += text),
    err: (text) => void (written.err += text),
  })
  return { code, ...written }
}

const commands = ['start', 'join', 'demo', 'tree', 'doctor', 'config', 'users', 'keys', 'token', 'migrate']
const subcommands = [
  'users list',
  'users add',
  'users password',
  'users role',
  'users disable',
  'users enable',
  'users remove',
  'keys list',
  'keys create',
  'keys revoke',
]

describe('cortex', () => {
  test.each([...commands, ...subcommands])(
    '%s --help explains itself with examples and loads no body',
    async (command) => {
      const { bodies, loaded } = allBodies()
      const { code, out } = await cortex([...command.split(' '), '--help'], bodies)
      expect(code).toBe(0)
      expect(out).toContain(`Usage: cortex ${command}`)
      expect(out).toContain(`$ `)
      expect(out).toContain('cortex')
      expect(loaded()).toBe(0)
    },
  )

  test('--help names every command and the exit codes', async () => {
    const { code, out } = await cortex(['--help'])
    expect(code).toBe(0)
    for (const command of commands) expect(out).toMatch(new RegExp(`^  ${command}\\b`, 'm'))
    expect(out).toContain('Exit codes: 0')
  })

  test('a command without a body is not there', async () => {
    const { code, err } = await cortex(['start'], {})
    expect(code).toBe(ExitCode.usage)
    expect(err).toContain("unknown command 'start'")
  })

  test.each([
    ['an unknown command', ['strat'], /unknown command 'strat'[^]*Did you mean start/],
    ['an unknown flag', ['start', '--confg', 'x'], /unknown option '--confg'[^]*Did you mean --config/],
    ['an argument too many', ['start', 'now'], /too many arguments/],
    ['an argument too few', ['join'], /missing required argument 'url'/],
    ['a role that is none', ['users', 'add', 'ann', '--role', 'king'], /argument 'king' is invalid[^]*admin, operator/],
    ['a depth that is no number', ['tree', '--depth', 'deep'], /whole number/],
    ['no command at all', [], /Usage: cortex/],
    ['a group without its command', ['users'], /Usage: cortex users/],
  ])('%s is wrong usage: said on stderr, exit code 2', async (_what, args, message) => {
    const { code, out, err } = await cortex(args)
    expect(code).toBe(ExitCode.usage)
    expect(err).toMatch(message)
    expect(out).toBe('')
  })

  test.each<[string[], string, unknown]>([
    [['start', '-c', 'a.yaml'], 'start', { config: 'a.yaml' }],
    [['join', 'http://p:1', '--token', 't', '--id', 'n'], 'join', { url: 'http://p:1', token: 't', id: 'n' }],
    [['demo', '--stay'], 'demo', { stay: true }],
    [['tree', '--depth', '2', '--root', 'r', '-w'], 'tree', { depth: 2, root: 'r', watch: true, user: 'admin' }],
    [['users', 'add', 'ann', '--role', 'operator'], 'users add', { username: 'ann', role: 'operator' }],
    [['users', 'add', 'ann'], 'users add', { username: 'ann', role: 'viewer' }],
    [['keys', 'list'], 'keys list', { agentId: undefined }],
    [['keys', 'create', 'web-1'], 'keys create', { agentId: 'web-1' }],
    [['migrate', '--check'], 'migrate', { check: true }],
  ])('%j reaches its body', async (args, command, options) => {
    const { bodies, calls } = allBodies()
    expect((await cortex(args, bodies)).code).toBe(0)
    expect(calls).toEqual([{ command, options }])
  })

  test('the exit code of the body is that of the program', async () => {
    const start: Body<unknown> = async () => async () => ExitCode.failure
    expect((await cortex(['start'], { start })).code).toBe(ExitCode.failure)
  })

  test.each([
    [
      'a known error: its text and its cause',
      () => new Error('no parent', { cause: new Error('refused') }),
      /^cortex: no parent\n {2}because: refused\n$/,
    ],
    ['an error of the API: its text', () => notFound('没有', 'no such user'), /^cortex: no such user\n$/],
    ['a bug: its stack', () => new TypeError('x is undefined'), /TypeError: x is undefined\n\s+at /],
    [
      'a secret in it: hidden',
      () => new Error('postgres://u:hunter2@h/d'),
      /^cortex: postgres:\/\/u:\[redacted\]@h\/d\n$/,
    ],
  ])('what a body throws ends it with 1: %s', async (_what, error, message) => {
    const start: Body<unknown> = async () => () => Promise.reject(error())
    const { code, err } = await cortex(['start'], { start })
    expect(code).toBe(ExitCode.failure)
    expect(err).toMatch(message)
  })
})

describe('cortex config', () => {
  test('shows what the node would run with, and no secret', async () => {
    const file = join(folder, 'a.yaml')
    writeFileSync(file, 'server: {port: 4000}\nmonitor: {registration_token: hunter2-token}')
    const env = { HOME: folder, DATABASE_URL: 'postgres://u:hunter2@h/d', OPENAI_API_KEY: 'hunter2' }
    const { code, out } = await cortex(['config', '--config', file], {}, env)
    expect(code).toBe(0)
    expect(out).toContain('port: 4000')
    expect(out).not.toContain('hunter2')
  })

  test('--reference has a row for each key, with its variable', async () => {
    const { out } = await cortex(['config', '--reference'], {})
    expect(out).toContain(
      '| `server.port` | `CORTEX_PORT` | number | `3333` | Port to listen on; 0 takes a free one. |',
    )
    expect(out).toContain('`OPENAI_API_KEY`')
  })

  test('a configuration with mistakes ends it with 3, all of them said', async () => {
    const { code, err } = await cortex(['config'], {}, { CORTEX_PORT: 'x', CORTEX_HSOT: 'y' })
    expect(code).toBe(ExitCode.config)
    expect(err).toMatch(/2 mistakes[^]*CORTEX_PORT[^]*CORTEX_HSOT: no such setting; did you mean CORTEX_HOST\?/)
  })
})
