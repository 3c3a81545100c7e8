import type { NginxConfig, NginxOutcome, WriteNginxConfig } from '../../../contract/operations/nginx.ts'
import { fileOf, textOf } from './changing/file-state.ts'
import { etagOf } from './etag.ts'
import type { NginxCore } from './nginx-core.ts'
import { demandEtag } from './sites/site-changes.ts'

export async function readMainConfig({ files }: NginxCore): Promise<NginxConfig> {
  const { path, file } = await files.main()
  return { path, content: textOf(file), etag: etagOf(file.content) }
}

/** Replaces the main configuration; 422 with nginx's words when it does not hold. */
export function writeMainConfig(
  core: NginxCore,
  { config, etag }: WriteNginxConfig,
  signal?: AbortSignal,
): Promise<NginxOutcome> {
  const plan = async () => {
    const { name, path, file } = await core.files.main()
    demandEtag(file, etag, path)
    return new Map([[name, fileOf(config)]])
  }
  return core.change(plan, { keep: true, signal })
}
