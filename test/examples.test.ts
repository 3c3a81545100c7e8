import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { configKeys } from '../src/platform/config/config-keys.ts'
import { referenceTable } from '../src/platform/config/reference.ts'

const folder = join(import.meta.dirname, '../examples')
const files = globSync('**/{*.*,.env.example,Containerfile}', { cwd: folder }).filter((path) =>
  statSync(join(folder, path)).isFile(),
)
const read = (path: string) => readFileSync(join(folder, path), 'utf8')
const yamlOf = (path: string) => parse(read(path), { merge: true }) as Record<string, unknown>

test('every variable that an example sets is one of the configuration', () => {
  const reference = referenceTable(configKeys())
  /** Of the examples themselves. */
  const own = ['CORTEX_URL']
  const unknown = files.flatMap((path) =>
    [...read(path).matchAll(/\b(CORTEX_[A-Z_]+)\b/g)]
      .map((match) => match[1] ?? '')
      .filter((name) => !own.includes(name) && !reference.includes(`\`${name}\``))
      .map((name) => `${path}: ${name}`),
  )
  expect(files.length).toBeGreaterThan(8)
  expect(unknown).toEqual([])
})

test('every script is one that bash can read, and can be run', () => {
  const scripts = files.filter((path) => path.endsWith('.sh'))
  expect(scripts.length).toBeGreaterThan(1)
  for (const path of scripts) {
    execFileSync('bash', ['-n', join(folder, path)])
    expect(statSync(join(folder, path)).mode & 0o111, path).not.toBe(0)
    expect(read(path), path).toMatch(/^#!\/usr\/bin\/env bash\n[^]*set -euo pipefail/)
  }
})

test('the compose file has root, region and leaf, each below the other, with data of its own', () => {
  const { services, volumes } = yamlOf('compose/compose.yaml') as {
    services: Record<string, { environment: Record<string, string>; volumes: string[]; build?: Build }>
    volumes: object
  }
  expect(Object.keys(services)).toEqual(['root', 'region', 'leaf'])
  expect(services['region']?.environment['CORTEX_UPSTREAM_URL']).toBe('http://root:3333')
  expect(services['leaf']?.environment['CORTEX_UPSTREAM_URL']).toBe('http://region:3333')
  const mounted = Object.values(services).map((service) => service.volumes[0]?.split(':')[0])
  expect(mounted).toEqual(Object.keys(volumes))
  const { context, dockerfile } = services['root']?.build ?? { context: '', dockerfile: '' }
  expect(existsSync(join(folder, 'compose', context, dockerfile))).toBe(true)
  const asked = [...read('compose/compose.yaml').matchAll(/\$\{(\w+):\?/g)].map((match) => match[1])
  for (const name of asked) expect(read('compose/.env.example')).toContain(`${name}=`)
})

test('the three processes of the other compose file are one monitor, and the balancer knows each', () => {
  const { services } = yamlOf('three-replicas/compose.yaml') as {
    services: Record<string, { environment?: Record<string, string>; build?: Build }>
  }
  const monitors = Object.entries(services).filter(([name]) => name.startsWith('monitor-'))
  expect(monitors).toHaveLength(3)
  for (const [name, { environment }] of monitors) {
    expect(environment).toEqual(monitors[0]?.[1].environment)
    expect(read('three-replicas/Caddyfile')).toContain(`${name}:3333`)
  }
  const { context, dockerfile } = services['monitor-1']?.build ?? { context: '', dockerfile: '' }
  expect(existsSync(join(folder, 'three-replicas', context, dockerfile))).toBe(true)
  const asked = [...read('three-replicas/compose.yaml').matchAll(/\$\{(\w+):\?/g)].map((match) => match[1])
  for (const name of asked) expect(read('three-replicas/.env.example')).toContain(`${name}=`)
})

test('the container file copies what exists', () => {
  const copied = [...read('container/Containerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) =>
    (match[1] ?? '').split(' '),
  )
  expect(copied.length).toBeGreaterThan(5)
  expect(copied.filter((path) => !existsSync(join(folder, '..', path)))).toEqual([])
})

test('the container file installs without the scripts of the package, whose files are not copied yet', () => {
  const installs = read('container/Containerfile').match(/npm ci .*/g) ?? []
  expect(installs).toHaveLength(2)
  for (const install of installs) expect(install).toContain('--ignore-scripts')
})

test('the unit ends the node in good order, keeps it unprivileged and lets it be repaired by itself', () => {
  const unit = read('systemd/cortex.service')
  for (const line of [
    'KillMode=mixed',
    'User=cortex',
    'StateDirectory=cortex',
    'Restart=on-failure',
    'NoNewPrivileges=yes',
  ])
    expect(unit.split('\n')).toContain(line)
  const program = /^ExecStart=\S+ \/opt\/cortex\/(\S+) start /m.exec(unit)?.[1] ?? ''
  expect(existsSync(join(folder, '..', program))).toBe(true)
})

test('every figure that the Prometheus rules look at is one that a node shows', () => {
  const { groups } = yamlOf('prometheus/cortex.rules.yaml') as { groups: Array<{ rules: Array<{ expr: string }> }> }
  const shown = readFileSync(join(folder, '../src/platform/metrics.ts'), 'utf8')
  const named = groups.flatMap(({ rules }) => rules.flatMap(({ expr }) => expr.match(/\bcortex_[a-z_]+/g) ?? []))
  expect(named.length).toBeGreaterThan(2)
  expect(named.filter((name) => !shown.includes(`'${name}'`))).toEqual([])
  const { rule_files } = yamlOf('prometheus/scrape.yaml') as { rule_files: string[] }
  for (const path of rule_files) expect(existsSync(join(folder, 'prometheus', path))).toBe(true)
})

test('what a proxy example says of the node is what the node needs', () => {
  for (const path of ['nginx/cortex.conf', 'caddy/Caddyfile']) {
    expect(read(path), path).toContain('trusted_proxies: [127.0.0.1]')
    expect(read(path), path).toContain('127.0.0.1:3333')
  }
  expect(read('nginx/cortex.conf')).toMatch(/proxy_set_header Upgrade \$http_upgrade;/)
})

interface Build {
  context: string
  dockerfile: string
}
