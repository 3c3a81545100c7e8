import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { openSmallDisk, type SmallDisk } from '../faults/full-disk.ts'
import { hasNginx, type NginxRig, nginxRig } from '../host/nginx/nginx-rig.ts'
import { type SupervisedService, supervisedService } from '../support/service.ts'
import type { Tree } from '../support/tree.ts'
import { createInstrument } from './instrument.ts'
import type { Process } from './monitors.ts'

/** A leaf that is a process, and the host it stands for. */
export interface Host extends Process {
  /** What it supervises. */
  service: SupervisedService
  /** What its data folder is on. */
  disk: SmallDisk
  /** A folder that it gives out. */
  files: string
  /** Null where this machine has none. */
  nginx: NginxRig | null
}

/** Room for what a host writes in an hour without its parent. */
const diskMiB = 32

/** Starts it below `parentUrl`. Close it after the tree. */
export async function startHost(
  tree: Tree,
  id: string,
  { folder, parentUrl, env }: { folder: string; parentUrl: string; env: Record<string, string> },
): Promise<{ host: Host; close(): Promise<void> }> {
  const stack = new AsyncDisposableStack()
  try {
    const disk = openSmallDisk({ sizeMiB: diskMiB })
    stack.defer(() => disk.close())
    const files = mkdtempSync(join(tmpdir(), 'cortex-soak-files-'))
    stack.defer(() => rmSync(files, { recursive: true, force: true }))
    chmodSync(files, 0o755)
    const service = await supervisedService({ decisions: { cool_down_s: 1 } })
    stack.defer(() => service.close())
    const nginx = hasNginx ? await nginxRig() : null
    if (nginx) stack.defer(() => nginx.close())
    const config = join(folder, `${id}.yaml`)
    writeFileSync(config, stringify(allowing(files, nginx)))
    const instrument = createInstrument(folder, id)
    const node = await tree.leaf(id, {
      parents: [parentUrl],
      folder: disk.folder,
      preload: instrument.preload,
      env: { ...env, ...service.env, ...instrument.env, CORTEX_CONFIG: config },
    })
    return { host: { node, instrument, service, disk, files, nginx }, close: () => stack.disposeAsync() }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

/** What may be done there from afar. Shells run as nobody where the soak may choose. */
function allowing(files: string, nginx: NginxRig | null): object {
  return {
    capabilities: ['processes', 'terminal', 'nginx', `files:${files}`],
    ...(process.getuid?.() === 0 ? { terminal: { run_as: 'nobody' } } : {}),
    ...(nginx && { nginx: nginx.section }),
  }
}
