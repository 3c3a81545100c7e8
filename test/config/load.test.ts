import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { configKeys } from '../../src/platform/config/config-keys.ts'
import { variablesOf } from '../../src/platform/config/environment.ts'
import { loadConfig } from '../../src/platform/config/load.ts'
import { ConfigInvalid } from '../../src/platform/config/mistakes.ts'

const host = { hostname: 'web-1', isRoot: false, homeDir: '/home/ann', xdgDataHome: undefined }
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function load(yaml: string | null, env: NodeJS.ProcessEnv = {}) {
  if (yaml === null) return loadConfig({ env, host })
  const file = join(folder, 'node.yaml')
  writeFileSync(file, yaml)
  return loadConfig({ file, env, host })
}

/** The mistakes, as `place key message`, with the file's folder cut off. */
function mistakesOf(yaml: string | null, env: NodeJS.ProcessEnv = {}): string[] {
  try {
    load(yaml, env)
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error
    return error.mistakes.map(({ where, key, message }) => `${where.replace(`${folder}/`, '')} ${key} ${message}`)
  }
  return []
}

describe('without any file', () => {
  test('a node is a root with a probe on port 3333', () => {
    expect(load(null)).toMatchObject({
      node: { id: 'web-1', name: 'web-1' },
      server: { host: '0.0.0.0', port: 3333 },
      data_dir: '/home/ann/.local/share/cortex',
      probe: { enabled: true, report_interval_s: 10 },
      monitor: { enabled: true, offline_after_s: 45 },
      upstream: { urls: [] },
      rate_limits: { reports_per_minute: 100, queries_per_minute: 1000, auth_per_minute: 10 },
    })
  })
})

describe('the environment', () => {
  test('stands above the file, key by key', () => {
    const config = load('server: {port: 1, host: 10.0.0.1}\n', { CORTEX_PORT: '2' })
    expect(config.server).toMatchObject({ port: 2, host: '10.0.0.1' })
  })

  test.each<[string, string, (config: ReturnType<typeof load>) => unknown, unknown]>([
    ['CORTEX_HOST', '::1', (c) => c.server.host, '::1'],
    ['CORTEX_PORT', '0', (c) => c.server.port, 0],
    ['CORTEX_DATA_DIR', '/srv/c', (c) => c.data_dir, '/srv/c'],
    ['CORTEX_NODE_ID', 'n-1', (c) => c.node.id, 'n-1'],
    ['CORTEX_NODE_NAME', '北京一号', (c) => c.node.name, '北京一号'],
    ['CORTEX_ADMIN_PASSWORD', '12345678', (c) => c.monitor.admin_password, '12345678'],
    ['CORTEX_REGISTRATION_TOKEN', '0123456789', (c) => c.monitor.registration_token, '0123456789'],
    ['CORTEX_UPSTREAM_URL', 'http://a:1, http://b:2', (c) => c.upstream.urls, ['http://a:1', 'http://b:2']],
    ['CORTEX_PROBE_ENABLED', 'false', (c) => c.probe.enabled, false],
    ['CORTEX_MONITOR_ENABLED', 'yes', (c) => c.monitor.enabled, true],
    ['CORTEX_REPORT_INTERVAL_S', '0.2', (c) => c.probe.report_interval_s, 0.2],
    ['CORTEX_HEARTBEAT_INTERVAL_S', '5', (c) => c.probe.heartbeat_interval_s, 5],
    ['CORTEX_OFFLINE_AFTER_S', '60', (c) => c.monitor.offline_after_s, 60],
    ['DATABASE_URL', 'postgres://u:p@h/d', (c) => c.database.url, 'postgres://u:p@h/d'],
    ['OPENAI_BASE_URL', 'http://127.0.0.1:9/v1', (c) => c.llm.base_url, 'http://127.0.0.1:9/v1'],
    ['OPENAI_API_KEY', 'sk-1', (c) => c.llm.api_key, 'sk-1'],
    ['CORTEX_DECISION_AUTHORITY', 'local', (c) => c.decisions.authority, 'local'],
    ['CORTEX_RATE_LIMIT_REPORTS_PER_MINUTE', '7', (c) => c.rate_limits.reports_per_minute, 7],
    ['CORTEX_RATE_LIMIT_QUERIES_PER_MINUTE', '7', (c) => c.rate_limits.queries_per_minute, 7],
    ['CORTEX_RATE_LIMIT_AUTH_PER_MINUTE', '7', (c) => c.rate_limits.auth_per_minute, 7],
    ['CORTEX_LOG_LEVEL', 'debug', (c) => c.log.level, 'debug'],
    ['CORTEX_TRUSTED_PROXIES', '127.0.0.1,10.0.0.0/8', (c) => c.server.trusted_proxies, ['127.0.0.1', '10.0.0.0/8']],
    ['CORTEX_PROBE_REMEDIES_COMMANDS', '{say: [echo, hi]}', (c) => c.probe.remedies.commands, { say: ['echo', 'hi'] }],
    ['CORTEX_PROBE_CHECKS_CPU_CRITICAL', '99', (c) => c.probe.checks.cpu.critical, 99],
    ['CORTEX_DECISIONS_POLICY_RULES', '[{name: no_more, verdict: deny}]', (c) => c.decisions.policy.rules.length, 1],
  ])('%s=%s', (variable, text, read, expected) => expect(read(load(null, { [variable]: text }))).toEqual(expected))

  test('a model and a parent with its token', () => {
    const config = load(null, {
      CORTEX_LLM_MODEL: 'm',
      OPENAI_API_KEY: 'k',
      CORTEX_UPSTREAM_URL: 'http://a',
      CORTEX_UPSTREAM_TOKEN: 't',
    })
    expect([config.llm.model, config.upstream.token]).toEqual(['m', 't'])
  })

  test('every key has a variable, and no variable means two keys', () => {
    const variables = configKeys().flatMap(variablesOf)
    expect(new Set(variables).size).toBe(variables.length)
    expect(variables.length).toBeGreaterThan(configKeys().length)
  })

  test('an empty variable counts as not set', () => {
    expect(load('server: {port: 5}', { CORTEX_PORT: '', CORTEX_CONFIG: ' ', DATABASE_URL: '' })).toMatchObject({
      server: { port: 5 },
      database: {},
    })
  })

  test('CORTEX_CONFIG names the file, --config stands above it', () => {
    writeFileSync(join(folder, 'a.yaml'), 'server: {port: 1}')
    writeFileSync(join(folder, 'b.yaml'), 'server: {port: 2}')
    const env = { CORTEX_CONFIG: join(folder, 'a.yaml') }
    expect(loadConfig({ env, host }).server.port).toBe(1)
    expect(loadConfig({ env, host, file: join(folder, 'b.yaml') }).server.port).toBe(2)
  })

  test('a DATABASE_URL that is there for other programs does not stop a leaf', () => {
    expect(
      mistakesOf('monitor: {enabled: false}\nupstream: {urls: [http://p]}', { DATABASE_URL: 'postgres://h/d' }),
    ).toEqual([])
  })
})

describe('mistakes', () => {
  test('are all reported at once, each with its line or variable and its key', () => {
    const yaml = `
server:
  prot: 3333
  port: many
monitor:
  offline_after_s: 5
probe:
  services:
    - name: web
      tcp: { port: 80 }
    - name: db
      tcp: { prot: 1 }
log:
  level: loud
databse: {}
`
    const env = {
      CORTEX_UPSTREAM_TOKEN: 'secret-token',
      CORTEX_PROT: '1',
      CORTEX_RETENTION_DAYS: 'ten',
      CORTEX_HEARTBEAT_INTERVAL_S: '10',
    }
    expect(mistakesOf(yaml, env).sort()).toEqual(
      [
        'environment variable CORTEX_PROT  no such setting; did you mean CORTEX_PORT?',
        'environment variable CORTEX_RETENTION_DAYS monitor.retention_days must be a number',
        'environment variable CORTEX_UPSTREAM_TOKEN upstream.token a token without a parent: give upstream.urls too',
        'node.yaml:3:3 server.prot unknown key; did you mean "port"?',
        'node.yaml:4:3 server.port Invalid input: expected number, received string',
        'node.yaml:12:7 probe.services.1.tcp.port is missing',
        'node.yaml:12:14 probe.services.1.tcp.prot unknown key; did you mean "port"?',
        'node.yaml:14:3 log.level Invalid option: expected one of "trace"|"debug"|"info"|"warn"|"error"|"fatal"|"silent"',
        'node.yaml:15:1 databse unknown key; did you mean "database"?',
      ].sort(),
    )
  })

  test.each<[string, string, NodeJS.ProcessEnv, string[]]>([
    [
      'neither probe nor monitor',
      'probe: {enabled: false}\nmonitor: {enabled: false}',
      {},
      ['node.yaml:2:11 monitor.enabled neither'],
    ],
    [
      'a leaf without a parent',
      'monitor: {enabled: false}',
      {},
      ['node.yaml:1:1 upstream.urls a node without a monitor'],
    ],
    [
      'a leaf with a database',
      'monitor: {enabled: false}\nupstream: {urls: ["http://p"]}\ndatabase:\n  url: postgres://h/d',
      {},
      ['node.yaml:4:3 database.url a node without a monitor'],
    ],
    [
      'itself as its parent',
      'server: {public_url: "http://a/"}\nupstream: {urls: ["http://a"]}',
      {},
      ['node.yaml:2:12 upstream.urls holds'],
    ],
    [
      'silence shorter than a beat',
      'monitor: {offline_after_s: 5}',
      {},
      ['node.yaml:1:11 monitor.offline_after_s must be longer'],
    ],
    [
      'a process among several that shares nothing',
      'replicas: {enabled: true}',
      {},
      [
        'node.yaml:1:12 replicas.enabled all processes share one database',
        'node.yaml:1:12 replicas.enabled all processes share one key',
        'node.yaml:1:12 replicas.enabled children may join at any process',
        'node.yaml:1:12 replicas.enabled a monitor of several processes watches no host',
      ],
    ],
    [
      'a URL that is none',
      'upstream: {urls: [ftp://p]}',
      {},
      ['node.yaml:1:19 upstream.urls.0 an address that begins with http'],
    ],
    [
      'two variables that disagree',
      '',
      { CORTEX_PORT: '1', CORTEX_SERVER_PORT: '2' },
      ['environment variable CORTEX_SERVER_PORT server.port says'],
    ],
    ['a list where a map belongs', '- a', {}, ['node.yaml:1:1  must be a map']],
    ['a key given twice', 'log: {}\nlog: {}', {}, ['node.yaml:2:1  Map keys must be unique']],
    ['no YAML', 'server: {port: 1\nlog: {}', {}, ['node.yaml:2:1  ']],
    ['two documents', 'log: {}\n---\nlog: {}', {}, ['node.yaml:2:1  only one YAML document']],
    [
      'names of every object',
      'constructor: 1\n__proto__: {a: 1}',
      {},
      ['node.yaml:1:1 constructor unknown', 'node.yaml:2:1 __proto__ unknown'],
    ],
  ])('%s', (_what, yaml, env, expected) => {
    const found = mistakesOf(yaml, env)
    for (const [index, text] of expected.entries()) expect(found[index]).toContain(text)
  })

  test('a cascade of aliases is refused instead of growing', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...['b', 'c', 'd', 'e', 'f', 'g'].map(
        (key, i) => `${key}: &${key} [${Array<string>(9).fill(`*${'abcdef'[i]}`).join()}]`,
      ),
    ]
    expect(mistakesOf(bomb.join('\n'))[0]).toContain('Excessive alias count')
  })

  test.each([
    ['a file that is not there', () => join(folder, 'none.yaml'), 'no such file'],
    ['a folder', () => folder, 'is a folder'],
  ])('%s is said by name', (_what, file, message) => {
    expect(() => loadConfig({ file: file(), env: {}, host })).toThrow(`${file()}: ${message}`)
  })

  test('never show a value: it may be a secret', () => {
    const env = {
      CORTEX_ADMIN_PASSWORD: 'hunter2',
      CORTEX_SECRET_KEY: 'not-a-key',
      DATABASE_URL: 'mysql://u:hunter3@h/d',
    }
    const text = mistakesOf('monitor: {registration_token: short7}', env).join('\n')
    expect(text.split('\n')).toHaveLength(4)
    expect(text).not.toMatch(/hunter|not-a-key|short7/)
  })
})

test('a section or list whose content is all comments counts as not written', () => {
  expect(load('server:\nprobe:\n  checks:\n  services:\n').probe.services).toEqual([])
})

describe('a value of another kind, for every key there is,', () => {
  test('is refused in the file with its place', () => {
    for (const { path, isGroup } of configKeys()) {
      const wrong = isGroup ? 7 : { wrong: { wrong: true } }
      const yaml = stringify(path.reduceRight<unknown>((inner, part) => ({ [part]: inner }), wrong))
      const [place, key] = mistakesOf(yaml)[0]?.split(' ') ?? []
      expect(place, yaml).toMatch(/^node\.yaml:\d+:\d+$/)
      expect(key, yaml).toMatch(new RegExp(`^${path.join('\\.')}`))
    }
  })

  test('is refused in the environment with its variable', () => {
    for (const key of configKeys().filter(({ kind }) => kind !== 'text' && kind !== 'texts')) {
      const variable = variablesOf(key).at(-1) ?? ''
      const mistakes = mistakesOf(null, { [variable]: '{ wrong' }).join('\n')
      expect(mistakes).toContain(`environment variable ${variable} ${key.path.join('.')}`)
    }
  })
})

test('every key is described', () => {
  expect(
    configKeys()
      .filter((key) => !key.isGroup && key.description === '')
      .map((key) => key.path.join('.')),
  ).toEqual([])
})
