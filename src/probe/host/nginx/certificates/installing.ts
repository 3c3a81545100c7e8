import { X509Certificate } from 'node:crypto'
import { conflict } from '../../../../contract/errors.ts'
import type { Change } from '../changing/file-state.ts'
import { editOnHost, noSiteFor } from '../nginx.errors.ts'
import type { NginxCore } from '../nginx-core.ts'
import type { PlacedDirective } from '../reading/effective-config.ts'
import { type ServerBlock, serverBlocks } from '../reading/server-blocks.ts'
import { configFolderOf } from '../running/nginx-program.ts'
import { namesIn } from './certificate-facts.ts'
import { liveLink, livePaths, pruneIssues, storeIssue } from './certificate-files.ts'
import { blocksOf } from './challenge-snippet.ts'
import { installEdits } from './install-edits.ts'
import { presentCertificate } from './present-certificate.ts'
import { type TextEdit, withEdits } from './text-edits.ts'

export interface Ports {
  http: number
  https: number
}

/** The blocks that shall show the certificate: those with TLS, or all of that name when none has. Throws NOT_FOUND. */
export async function blocksToInstall(core: NginxCore, domain: string): Promise<ServerBlock<PlacedDirective>[]> {
  const own = blocksOf(serverBlocks((await core.files.effective()).directives), domain)
  const safe = own.filter(({ ssl }) => ssl)
  if (own.length === 0) throw noSiteFor(domain)
  const chosen = safe.length > 0 ? safe : own
  for (const { directive } of chosen) {
    if ((await core.files.located(directive.file)) === null) throw editOnHost(domain, directive.file)
  }
  return chosen
}

/** Names that the present certificate covers and that its site still serves: a new one must not lose them. */
export async function namesToKeep(core: NginxCore, domain: string, wildcards: boolean): Promise<string[]> {
  const present = await presentCertificate(core, domain)
  if (!present) return []
  const served = new Set((await blocksToInstall(core, domain)).flatMap(({ serverNames }) => serverNames))
  return namesIn(new X509Certificate(present.pem)).filter(
    (name) => served.has(name) && name !== domain && (wildcards || !name.startsWith('*.')),
  )
}

/**
 * Puts a key and its chain in force for a domain: stored beside, tested, swapped by one link, reloaded; on any failure the
 * certificate before stays.
 */
export async function installCertificate(
  core: NginxCore,
  parts: { domain: string; issue: string; pems: { key: string; chain: string }; ports: Ports },
): Promise<string> {
  const { domain, issue, ports } = parts
  const folder = await core.files.folder()
  const paths = livePaths(configFolderOf((await core.program.paths()).configPath), domain)
  await storeIssue(folder, domain, issue, parts.pems)

  async function plan(): Promise<Change> {
    const effective = await core.files.effective()
    const edits = new Map<string, TextEdit[]>()
    for (const block of await blocksToInstall(core, domain)) {
      const { file } = block.directive
      edits.set(file, [...(edits.get(file) ?? []), ...installEdits(block, paths, ports)])
    }
    const change: Change = new Map([liveLink(domain, issue)])
    for (const [path, made] of edits) {
      const name = await core.files.located(path)
      const text = effective.files.get(path)
      if (name === null || text === undefined) throw conflict(`${path} 已被改动`, `${path} has changed: try again`)
      if (made.length > 0) change.set(name, { kind: 'file', content: Buffer.from(withEdits(text, made), 'latin1') })
    }
    return change
  }

  const { output } = await core.change(plan, { keep: true })
  await pruneIssues(folder, domain)
  return output
}
