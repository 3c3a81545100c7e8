import { chmodSync, chownSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:tls'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { startEngine } from '../host/docker/engine-rig.ts'
import { freePort, nginxRig, site } from '../host/nginx/nginx-rig.ts'
import { pebbleRig } from '../host/nginx/pebble-rig.ts'
import type { ProcessUser } from '../support/node-process.ts'
import { threeLevels } from './three-levels.ts'

/** Whoever acts on the host is nobody where the tests may choose: a mistake cannot harm the machine. */
const nobody: ProcessUser | undefined = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined

/** Three levels whose leaf is a host with real work on it: an nginx, containers, files, and an authority for certificates. */
export async function workingHost() {
  const closing: Array<() => Promise<unknown> | void> = []
  async function close(): Promise<void> {
    for (const end of closing.splice(0).toReversed()) await end()
  }
  try {
    const engine = await startEngine()
    closing.push(() => engine.stop())
    chmodSync(engine.folder, 0o755)
    chmodSync(engine.socketPath, 0o666)
    const nginx = await nginxRig()
    closing.push(() => nginx.close())
    const pebble = await pebbleRig(nginx.root, nginx.port)
    closing.push(() => pebble.close())
    const files = mkdtempSync(join(tmpdir(), 'cortex-working-host-'))
    closing.push(() => rmSync(files, { recursive: true, force: true }))
    chmodSync(files, 0o755)
    mkdirSync(join(files, 'work'))
    giveAway(join(files, 'work'))

    const httpsPort = await freePort()
    const config = join(files, 'cortex.yaml')
    writeFileSync(
      config,
      stringify({
        capabilities: [`files:${join(files, 'work')}`, 'processes', 'terminal', 'docker', 'nginx'],
        docker: { socket: engine.socketPath },
        nginx: {
          ...nginx.section,
          https_port: httpsPort,
          acme_directory_url: pebble.directoryUrl,
          acme_ca_file: pebble.caFile,
        },
      }),
    )
    giveAway(nginx.root)
    const levels = await threeLevels({
      env: { CORTEX_CONFIG: config, CORTEX_DOCKER_SOCKET: engine.socketPath, CORTEX_CAPABILITIES: '' },
      user: nobody,
    })
    closing.push(() => levels.close())
    return {
      ...levels,
      files: join(files, 'work'),
      engine,
      nginx,
      httpsPort,
      authority: () => pebble.root(),
      site,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
export type WorkingHost = Awaited<ReturnType<typeof workingHost>>

/** Everything there belongs to whom the host runs as from now on. */
export function giveAway(path: string): void {
  if (!nobody) return
  if (lstatSync(path).isDirectory()) for (const name of readdirSync(path)) giveAway(join(path, name))
  if (!lstatSync(path).isSymbolicLink()) chownSync(path, nobody.uid, nobody.gid)
}

/** Whether a visitor of that site gets a certificate which that authority signed for the name. */
export function isTrusted(port: number, name: string, authority: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(
      { host: '127.0.0.1', port, servername: name, ca: authority, rejectUnauthorized: false },
      () => {
        resolve(socket.authorized)
        socket.destroy()
      },
    )
    socket.on('error', reject)
  })
}
