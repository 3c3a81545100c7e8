import { posix } from 'node:path'
import type { ConfigFolder } from '../changing/config-folder.ts'
import { absent, type FileState } from '../changing/file-state.ts'

const FOLDER = 'cortex-certificates'
const KEPT_ISSUES = 3
const KEY = 'privkey.pem'
const CHAIN = 'fullchain.pem'

/** Where the certificates of a domain lie in nginx's folder: each issue in its own, `live` leads to the one in force. */
const folderOf = (domain: string): string => `${FOLDER}/${domain.replace('*', '_wildcard')}`

/** What the configuration names; it stays the same over renewals. */
export function livePaths(folder: string, domain: string): { certificate: string; key: string } {
  const live = posix.join(folder, folderOf(domain), 'live')
  return { certificate: `${live}/${CHAIN}`, key: `${live}/${KEY}` }
}

/** The one link whose swap puts key and chain in force together. */
export const liveLink = (domain: string, issue: string): [name: string, state: FileState] => [
  `${folderOf(domain)}/live`,
  { kind: 'link', target: issue },
]

/** Writes an issue beside the one in force, the key 0600 from its first byte. */
export async function storeIssue(
  folder: ConfigFolder,
  domain: string,
  issue: string,
  pems: { key: string; chain: string },
): Promise<void> {
  const mine = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 }
  const put = (name: string, pem: string, mode: number) =>
    folder.put(`${folderOf(domain)}/${issue}/${name}`, {
      kind: 'file',
      content: Buffer.from(pem),
      owned: { mode, ...mine },
    })
  await put(KEY, pems.key, 0o600)
  await put(CHAIN, pems.chain, 0o644)
}

/** Removes all but the last issues, and never the one in force. Issues are named so that they sort by their age. */
export async function pruneIssues(folder: ConfigFolder, domain: string): Promise<void> {
  const place = folderOf(domain)
  const live = await folder.state(`${place}/live`)
  const inForce = live.kind === 'link' ? live.target : null
  const issues = (await folder.names(place)).filter((name) => name !== 'live').sort()
  for (const issue of issues.slice(0, -KEPT_ISSUES)) {
    if (issue === inForce) continue
    for (const name of [KEY, CHAIN]) await folder.put(`${place}/${issue}/${name}`, absent)
    await folder.removeFolder(`${place}/${issue}`)
  }
}
