import type { z } from 'zod'
import type {
  FileContent,
  FileDeleted,
  FileEntry,
  FileList,
  FileRoots,
  FileWritten,
} from '../../../contract/operations/files.ts'
import { client, session } from '../../app-state.ts'
import { queryText } from '../../api/client.ts'
import { currentLanguage } from '../../i18n/language.tsx'

const maxEntries = 20_000
const filesOf = (serverId: number) => `/api/servers/${serverId}/files`
export type Content = z.infer<typeof FileContent>

export const readRoots = (serverId: number, signal: AbortSignal) =>
  client.get<typeof FileRoots>(`${filesOf(serverId)}/roots`, {}, signal)

/** A whole folder, page by page; `total` says how many there are when they are more than are read. */
export async function readFolder(serverId: number, path: string, signal: AbortSignal) {
  const entries: FileEntry[] = []
  for (let offset = 0; ;) {
    const page = await client.get<typeof FileList>(filesOf(serverId), { path, limit: 1000, offset }, signal)
    entries.push(...page.entries)
    if (page.next_offset === null || entries.length >= maxEntries)
      return { path: page.path, entries, total: page.total, cut: page.truncated }
    offset = page.next_offset
  }
}

/** Whether a path leads to a folder: a link may. */
export const isFolder = async (serverId: number, path: string): Promise<boolean> =>
  (await client.call<typeof FileList>('GET', filesOf(serverId), { query: { path, limit: 1 } })).ok

/** How many entries a folder has; null when that cannot be had. */
export async function countIn(serverId: number, path: string): Promise<number | null> {
  const outcome = await client.call<typeof FileList>('GET', filesOf(serverId), { query: { path, limit: 1 } })
  return outcome.ok ? outcome.data.total : null
}

export const readContent = (serverId: number, path: string, signal?: AbortSignal) =>
  client.get<typeof FileContent>(`${filesOf(serverId)}/content`, { path }, signal)
export const saveContent = (serverId: number, body: { path: string; content: string; etag?: string }) =>
  client.call<typeof FileWritten>('PUT', `${filesOf(serverId)}/content`, { body })
export const makeFolder = (serverId: number, path: string) =>
  client.call<typeof FileEntry>('POST', `${filesOf(serverId)}/mkdir`, { body: { path } })
export const renameEntry = (serverId: number, from: string, to: string) =>
  client.call<typeof FileEntry>('POST', `${filesOf(serverId)}/rename`, { body: { from, to } })
export const deleteEntry = (serverId: number, path: string, recursive: boolean) =>
  client.call<typeof FileDeleted>('DELETE', filesOf(serverId), { query: { path, recursive } })

export const uploadUrl = (serverId: number, overwrite: boolean) =>
  `${filesOf(serverId)}/upload${queryText({ overwrite })}`
export const downloadUrl = (serverId: number, path: string, ticket?: string) =>
  `${filesOf(serverId)}/download${queryText({ path, ticket })}`
/** For transfers, which need more of a request than the client gives. */
export const transferHeaders = (): Record<string, string> => ({
  Authorization: `Bearer ${session.current()?.token ?? ''}`,
  'Accept-Language': currentLanguage(),
})
