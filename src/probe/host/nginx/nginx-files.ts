import { realpath } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { notFound } from '../../../contract/errors.ts'
import { type ConfigFolder, openConfigFolder } from './changing/config-folder.ts'
import type { FileThere } from './changing/file-state.ts'
import { siteUnknown } from './nginx.errors.ts'
import { type EffectiveConfig, readEffectiveConfig } from './reading/effective-config.ts'
import { parseConfig } from './reading/directives.ts'
import { configFolderOf, type NginxPaths, type NginxProgram } from './running/nginx-program.ts'
import { type Layout, layoutOf } from './sites/layout.ts'
import { readSiteFiles } from './sites/site-files.ts'
import type { Site } from './sites/site-changes.ts'

/** What lies in nginx's folder, looked at anew each time: people edit it by hand. */
export interface NginxFiles {
  folder(): Promise<ConfigFolder>
  /** The name within the folder of the file that a path leads to, links inside followed; null when it leads out. */
  located(path: string): Promise<string | null>
  effective(): Promise<EffectiveConfig>
  main(): Promise<{ name: string; path: string; file: FileThere }>
  /** Null when the main configuration reads no folder of sites. */
  layout(): Promise<Layout | null>
  sites(): Promise<Site[]>
  site(name: string): Promise<Site>
  /** The whole path of a name, as it is shown. */
  shown(name: string): Promise<string>
}

const MAX_LINK_HOPS = 8

export function createNginxFiles(program: NginxProgram): NginxFiles {
  const spelled = async (): Promise<{ paths: NginxPaths; configured: string; real: string }> => {
    const paths = await program.paths()
    const configured = configFolderOf(paths.configPath)
    const real = await realpath(configured).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      throw notFound(`没有 nginx 配置目录 ${configured}`, `there is no configuration folder of nginx: ${configured}`)
    })
    return { paths, configured, real }
  }
  const within = ({ configured, real }: { configured: string; real: string }, path: string): string | null => {
    const whole = resolve(configured, path)
    for (const folder of [configured, real]) if (whole.startsWith(`${folder}/`)) return whole.slice(folder.length + 1)
    return null
  }

  const files: NginxFiles = {
    folder: async () => openConfigFolder((await spelled()).real),
    async located(path) {
      const places = await spelled()
      const folder = openConfigFolder(places.real)
      let name = within(places, path)
      for (let hops = 0; name !== null && hops < MAX_LINK_HOPS; hops += 1) {
        const state = await folder.state(name)
        if (state.kind !== 'link') return name
        name = within(places, resolve(places.real, dirname(name), state.target))
      }
      return null
    },
    effective: async () => readEffectiveConfig((await program.paths()).configPath),
    async main() {
      const { paths } = await spelled()
      const name = basename(paths.configPath)
      const state = await (await files.folder()).state(name)
      if (state.kind !== 'file')
        throw notFound(
          `${paths.configPath} 不存在或不是普通文件`,
          `${paths.configPath} is missing or no regular file: look on the host`,
        )
      return { name, path: paths.configPath, file: state }
    },
    async layout() {
      const places = await spelled()
      const { file } = await files.main()
      const { directives } = parseConfig(Buffer.from(file.content).toString('utf8'))
      return layoutOf(directives, (path) => within(places, path))
    },
    async sites() {
      const places = await spelled()
      const { files: read } = await files.effective()
      const names = new Set([...read.keys()].map((path) => within(places, path)))
      const found = await readSiteFiles(openConfigFolder(places.real))
      return found.map((site) => ({ ...site, enabled: site.entries.some((entry) => names.has(entry)) }))
    },
    async site(name) {
      const found = (await files.sites()).find((site) => site.name === name)
      if (!found) throw siteUnknown(name)
      return found
    },
    shown: async (name) => `${(await spelled()).configured}/${name}`,
  }
  return files
}
