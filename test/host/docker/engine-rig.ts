import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../../support/until.ts'

const applets = ['sh', 'echo', 'sleep', 'cat', 'yes', 'head', 'seq', 'date', 'true', 'printf']

/** A Docker engine of its own with an image `bb:1` of busybox; nothing is pulled, no network is touched. */
export interface TestEngine {
  socketPath: string
  folder: string
  /** Makes and starts a container without a network; resolves with its id. */
  run(
    name: string,
    command: string[],
    options?: { tty?: boolean; labels?: Record<string, string>; rm?: boolean },
  ): Promise<string>
  /** Asks the engine directly. */
  api(method: string, path: string, body?: unknown): Promise<{ status: number; body: string }>
  stop(): Promise<void>
}

/** Starts Debian's dockerd. Fails, saying what is missing, where that cannot be. */
export async function startEngine(): Promise<TestEngine> {
  for (const [program, of] of [
    ['/usr/sbin/dockerd', 'docker.io'],
    ['/bin/busybox', 'busybox-static'],
    ['/usr/bin/docker-compose', 'docker-compose'],
  ] as const) {
    if (!existsSync(program)) throw new Error(`${program} is missing: apt-get install --no-install-recommends ${of}`)
  }
  if (process.getuid?.() !== 0) throw new Error('dockerd needs root: run the tests of test/host/docker as root')

  const folder = mkdtempSync(join(tmpdir(), 'cortex-docker-'))
  const socketPath = join(folder, 'docker.sock')
  const log = join(folder, 'dockerd.log')
  const output = openSync(log, 'w')
  const daemon = spawn(
    '/usr/sbin/dockerd',
    [
      '--iptables=false',
      '--ip6tables=false',
      '--bridge=none',
      '--storage-driver=vfs',
      `--data-root=${join(folder, 'data')}`,
      `--exec-root=${join(folder, 'exec')}`,
      `--pidfile=${join(folder, 'pid')}`,
      `--host=unix://${socketPath}`,
    ],
    { stdio: ['ignore', output, output], detached: true },
  )
  const api = (method: string, path: string, body?: unknown) => ask(socketPath, method, path, body)

  async function stop(): Promise<void> {
    if (daemon.exitCode === null) {
      const { body } = await api('GET', '/containers/json?all=1')
      for (const { Id } of JSON.parse(body) as { Id: string }[]) await api('DELETE', `/containers/${Id}?force=1`)
    }
    await end(daemon)
    for (const mount of mountsBelow(folder)) execFileSync('/bin/umount', ['-l', mount])
    rmSync(folder, { recursive: true, force: true })
  }

  try {
    await until(`dockerd answers; its log is ${log}`, async () => (await api('GET', '/_ping')).status === 200, 30_000)
    await importBusybox(folder, api)
  } catch (error) {
    const said = readFileSync(log, 'utf8').slice(-2000)
    await end(daemon)
    throw new Error(`dockerd cannot run here:\n${said}`, { cause: error })
  }

  return {
    socketPath,
    folder,
    api,
    stop,
    async run(name, command, { tty = false, labels = {}, rm = false } = {}) {
      const created = await api('POST', `/containers/create?name=${name}`, {
        Image: 'bb:1',
        Cmd: command,
        Tty: tty,
        Labels: labels,
        HostConfig: { NetworkMode: 'none', AutoRemove: rm },
      })
      if (created.status !== 201) throw new Error(created.body)
      const { Id } = JSON.parse(created.body) as { Id: string }
      const started = await api('POST', `/containers/${Id}/start`)
      if (started.status !== 204) throw new Error(started.body)
      return Id
    },
  }
}

async function importBusybox(folder: string, api: TestEngine['api']): Promise<void> {
  const root = join(folder, 'root')
  mkdirSync(join(root, 'bin'), { recursive: true })
  cpSync('/bin/busybox', join(root, 'bin/busybox'))
  for (const applet of applets) symlinkSync('busybox', join(root, 'bin', applet))
  const tar = execFileSync('tar', ['-C', root, '-c', '.'], { maxBuffer: 64 * 1024 * 1024 })
  const { status, body } = await api('POST', '/images/create?fromSrc=-&repo=bb&tag=1', tar)
  if (status !== 200 || body.includes('"error"')) throw new Error(`the image was not imported: ${body}`)
}

function ask(
  socketPath: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: string }> {
  const payload = body === undefined ? null : Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body))
  const type = Buffer.isBuffer(body) ? 'application/x-tar' : 'application/json'
  return new Promise((resolve, reject) => {
    const headers = payload ? { 'Content-Type': type, 'Content-Length': payload.length } : {}
    const sent = request({ socketPath, method, path, agent: false, headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString() }))
      answer.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(payload)
  })
}

async function end(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return
  const gone = new Promise((resolve) => daemon.once('exit', resolve))
  daemon.kill('SIGTERM')
  const timer = setTimeout(() => daemon.kill('SIGKILL'), 15_000)
  await gone
  clearTimeout(timer)
}

function mountsBelow(folder: string): string[] {
  return readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${folder}/`))
    .toReversed()
}
