import { conflict } from '../../../../contract/errors.ts'
import type {
  CreateNginxSite,
  NginxOutcome,
  NginxSite,
  NginxSiteDetail,
  UpdateNginxSite,
} from '../../../../contract/operations/nginx.ts'
import { type FileThere, textOf } from '../changing/file-state.ts'
import { etagOf } from '../etag.ts'
import { siteExists } from '../nginx.errors.ts'
import type { NginxCore } from '../nginx-core.ts'
import { parseConfig } from '../reading/directives.ts'
import { serverBlocks } from '../reading/server-blocks.ts'
import { configFolderOf } from '../running/nginx-program.ts'
import type { Layout } from './layout.ts'
import { contentOf, creation, deletion, disabling, enabling, update } from './site-changes.ts'

/** The sites of the host's nginx. Each change is tested, and undone when nginx does not take it. */
export interface Sites {
  list(): Promise<NginxSite[]>
  get(name: string): Promise<NginxSiteDetail>
  create(site: CreateNginxSite, signal?: AbortSignal): Promise<NginxOutcome>
  update(site: UpdateNginxSite, signal?: AbortSignal): Promise<NginxOutcome>
  remove(name: string, signal?: AbortSignal): Promise<NginxOutcome>
  enable(name: string, signal?: AbortSignal): Promise<NginxOutcome>
  disable(name: string, signal?: AbortSignal): Promise<NginxOutcome>
}

export function createSites(core: NginxCore): Sites {
  const { files } = core
  const keep = true

  async function layout(): Promise<Layout> {
    const found = await files.layout()
    if (found) return found
    throw conflict(
      'nginx 主配置没有包含 sites-enabled 或 conf.d；请先在 http 块中加入 include',
      "nginx's main configuration reads neither sites-enabled/* nor conf.d/*.conf: add such an include to its http block",
    )
  }

  return {
    async list() {
      const sites = await files.sites()
      const folder = configFolderOf((await core.program.paths()).configPath)
      return sites.map(({ name, enabled, file, content }) => ({
        name,
        enabled,
        ...outlineOf(content),
        path: `${folder}/${file}`,
      }))
    },
    async get(name) {
      const site = await files.site(name)
      const { content } = contentOf(site)
      const path = await files.shown(site.file)
      return { name, enabled: site.enabled, config: textOf({ kind: 'file', content }), etag: etagOf(content), path }
    },
    create({ name, config, enabled }, signal) {
      const plan = async () => {
        if ((await files.sites()).some((site) => site.name === name)) throw siteExists(name)
        return creation(await layout(), name, config, enabled)
      }
      return core.change(plan, { keep, signal })
    },
    update: ({ name, config, etag }, signal) =>
      core.change(async () => update(await files.site(name), config, etag), { keep, signal }),
    remove: (name, signal) => core.change(async () => deletion(await files.site(name)), { keep, signal }),
    enable: (name, signal) =>
      core.change(async () => enabling(await files.site(name), await layout()), { keep, signal }),
    disable: (name, signal) =>
      core.change(async () => disabling(await files.site(name), await files.sites()), { keep, signal }),
  }
}

function outlineOf(content: FileThere | null): Pick<NginxSite, 'server_names' | 'listen' | 'ssl'> {
  const blocks = content ? serverBlocks(parseConfig(textOf(content)).directives) : []
  return {
    server_names: [...new Set(blocks.flatMap(({ serverNames }) => serverNames))],
    listen: [...new Set(blocks.flatMap(({ listens }) => listens.map(({ address }) => address)))],
    ssl: blocks.some(({ ssl }) => ssl),
  }
}
