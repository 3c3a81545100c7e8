import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { request } from 'node:http'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type NginxOptions, openNginxCore } from '../../../src/probe/host/nginx/nginx-core.ts'
import { findNginx } from '../../../src/probe/host/nginx/running/master.ts'
import { until } from '../../support/until.ts'

const NGINX = ['/usr/sbin/nginx', '/usr/bin/nginx', '/usr/local/sbin/nginx'].find(existsSync) ?? ''
export const hasNginx = NGINX !== ''

export function demandProgram(path: string, debianPackage: string): void {
  if (!path || !existsSync(path)) throw new Error(`these tests need ${debianPackage}: apt-get install ${debianPackage}`)
}

/** A port that is free now, below those that the kernel gives to outgoing connections: nobody takes it by chance. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 15_000)
    const server = await listening(port).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') return null
      throw error
    })
    if (!server) continue
    await new Promise((resolve) => server.close(resolve))
    return port
  }
}

export function listening(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

export function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

export interface Answer {
  status: number
  body: string
}

export function get(port: number, host: string, path = '/'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, headers: { host }, agent: false }, (answer) => {
      let body = ''
      answer.setEncoding('utf8')
      answer.on('data', (text: string) => (body += text))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }))
      answer.on('error', reject)
    })
    asked.on('error', reject)
    asked.setTimeout(5_000, () => asked.destroy(new Error('no answer within 5 s')))
    asked.end()
  })
}

export const site = (port: number, name: string, body: string): string =>
  `server {\n    listen 127.0.0.1:${port};\n    server_name ${name};\n    location / { return 200 "${body}"; }\n}\n`

export interface RigOptions extends Partial<NginxOptions> {
  layout?: 'sites' | 'conf.d'
  /** Further directives of the http block. */
  http?: string
}

/** A real nginx of its own in a scratch folder, as Debian lays its folders out. */
export async function nginxRig(options: RigOptions = {}) {
  demandProgram(NGINX, 'nginx')
  const root = mkdtempSync(join(tmpdir(), 'cortex-nginx-'))
  chmodSync(root, 0o755)
  const folder = join(root, 'etc')
  for (const name of ['conf.d', 'sites-available', 'sites-enabled']) mkdirSync(join(folder, name), { recursive: true })
  mkdirSync(join(root, 'tmp'))
  const port = await freePort()
  const layout = options.layout ?? 'sites'
  const mainConfig = [
    'worker_processes 2;',
    `pid ${root}/nginx.pid;`,
    `error_log ${root}/error.log notice;`,
    'events { worker_connections 64; }',
    'http {',
    `    access_log off;`,
    ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `    ${kind}_temp_path ${root}/tmp/${kind};`),
    options.http ?? '',
    `    include ${folder}/conf.d/*.conf;`,
    layout === 'sites' ? `    include ${folder}/sites-enabled/*;` : '',
    '}',
    '',
  ].join('\n')
  writeFileSync(join(folder, 'nginx.conf'), mainConfig)
  writeFileSync(
    join(folder, layout === 'sites' ? 'sites-available/default' : 'conf.d/default.conf'),
    site(port, '_', 'default').replace(';', ' default_server;'),
  )
  if (layout === 'sites') symlinkSync('../sites-available/default', join(folder, 'sites-enabled/default'))
  const nginxOptions: NginxOptions = {
    command: [NGINX],
    configPath: join(folder, 'nginx.conf'),
    prefix: root,
    unit: null,
    stateDir: join(root, 'state'),
    clock: Date.now,
    ...options,
  }
  const core = openNginxCore(nginxOptions)
  const pidFile = join(root, 'nginx.pid')
  return {
    root,
    folder,
    port,
    core,
    options: nginxOptions,
    /** The section `nginx` of the config of a node that this one is to be operated by. */
    section: {
      command: nginxOptions.command,
      config_path: nginxOptions.configPath,
      prefix: nginxOptions.prefix,
      unit: null,
      http_port: port,
    },
    pidFile,
    running: () => findNginx(pidFile),
    errorLog: () => (existsSync(join(root, 'error.log')) ? readFileSync(join(root, 'error.log'), 'utf8') : ''),
    read: (name: string) => readFileSync(join(folder, name), 'utf8'),
    start: () => core.controlled((control) => control.start()),
    async close() {
      const running = findNginx(pidFile)
      if (running) {
        process.kill(running.master.pid, 'SIGTERM')
        await until('nginx has ended', () => findNginx(pidFile) === null)
      }
      core.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}
export type NginxRig = Awaited<ReturnType<typeof nginxRig>>
