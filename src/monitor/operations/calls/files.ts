import type { z } from 'zod'
import {
  FileContentHead,
  FileDeleted,
  type FileDeleteParams,
  FileEntry,
  FileList,
  type FileListParams,
  type FileMkdirParams,
  type FileRenameParams,
  FileRoots,
  type FileUploadParams,
  FileWritten,
} from '../../../contract/operations/files.ts'
import { readStreamHead } from '../../../tree/link/stream-head.ts'
import type { Stream } from '../../../tree/link/stream.ts'
import { acting, looking } from '../host-call.ts'
import type { Asked, Operation, Operations } from '../operations.service.ts'

const deleteDeadlineMs = 120_000

export const fileRoots = () => looking('files.roots', {}, FileRoots)
export const listFolder = (params: FileListParams) => acting('files.list', params, FileList, { target: params.path })
export const makeFolder = (params: FileMkdirParams) => acting('files.mkdir', params, FileEntry, { target: params.path })
export const renameFile = (params: FileRenameParams) =>
  acting('files.rename', params, FileEntry, { target: params.from, details: { to: params.to } })
export const deleteFile = (params: z.output<typeof FileDeleteParams>) =>
  acting('files.delete', params, FileDeleted, { target: params.path, deadlineMs: deleteDeadlineMs })

/** What comes in a stream after its head. */
export interface HeadedStream<Head> {
  head: Head
  rest: Uint8Array
  stream: Stream
}

/** Opens a stream to a host that answers with a head and bytes. */
export async function openHeaded<S extends z.ZodType>(
  operations: Operations,
  asked: Asked,
  serverId: number,
  operation: Operation,
  head: S,
): Promise<HeadedStream<z.output<S>>> {
  const stream = await operations.open(asked, serverId, operation)
  return { stream, ...(await readStreamHead(stream, head)) }
}

/** The stream of a file's content: its head, then the bytes. */
export const openContent = (operations: Operations, asked: Asked, serverId: number, path: string) =>
  openHeaded(
    operations,
    asked,
    serverId,
    { method: 'files.content', params: { path }, permission: 'operate', target: path },
    FileContentHead,
  )

/** The stream that takes the bytes of a new file; `written` ends it. */
export const openUpload = (
  operations: Operations,
  asked: Asked,
  serverId: number,
  params: z.input<typeof FileUploadParams>,
) => operations.open(asked, serverId, { method: 'files.upload', params, permission: 'operate', target: params.path })

/** Ends a stream of uploaded bytes; resolves when the host has the file safely on disk. */
export async function written(stream: Stream): Promise<FileWritten> {
  await stream.end()
  return (await readStreamHead(stream, FileWritten)).head
}
