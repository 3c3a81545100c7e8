import {
  FileContentRequest,
  FileListRequest,
  FileUploadRequest,
  MAX_SOCKET_CONTENT_BYTES,
  MAX_UPLOAD_CHUNK_BYTES,
} from '../../../contract/better-monitor/server-socket.ts'
import { conflict, notFound, payloadTooLarge } from '../../../contract/errors.ts'
import { listFolder, openContent, openUpload, written } from '../../../monitor/operations/calls/files.ts'
import type { Stream } from '../../../tree/link/stream.ts'
import { asks, type RequestContext, type RequestHandler, takes } from './request.ts'

const maxUploads = 4

const contentTooLarge = (size: number) =>
  payloadTooLarge(
    `文件超过 ${MAX_SOCKET_CONTENT_BYTES} 字节，请使用下载接口`,
    `the file is larger than ${MAX_SOCKET_CONTENT_BYTES} bytes: use GET /files/download`,
    { details: { size, max_bytes: MAX_SOCKET_CONTENT_BYTES } },
  )
const chunkTooLarge = (size: number) =>
  payloadTooLarge(
    `单条消息最多 ${MAX_UPLOAD_CHUNK_BYTES} 字节，请分块上传`,
    `a message carries at most ${MAX_UPLOAD_CHUNK_BYTES} bytes: send the file in pieces (more, upload_id)`,
    { details: { size, max_bytes: MAX_UPLOAD_CHUNK_BYTES } },
  )
const noSuchUpload = () => notFound('上传不存在或已结束', 'there is no such upload, or it has ended')
const uploadBusy = () =>
  conflict('上一块尚未写入，请等待应答', 'the piece before is not written yet: wait for its answer')
const tooManyUploads = () =>
  conflict(`同时上传的文件最多 ${maxUploads} 个`, `at most ${maxUploads} files are uploaded at once on a socket`)

export const fileList = asks(FileListRequest, listFolder)

export const fileContent = takes(FileContentRequest, async ({ path }, { operations, asked, serverId }) => {
  const { head, rest, stream } = await openContent(operations, asked, serverId, path)
  if (head.size > MAX_SOCKET_CONTENT_BYTES) {
    const error = contentTooLarge(head.size)
    stream.reset(error)
    throw error
  }
  const pieces = [rest]
  for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) pieces.push(bytes)
  return { ...head, content: Buffer.concat(pieces).toString(head.encoding) }
})

interface Upload {
  stream: Stream
  received: number
  isBusy: boolean
}

/** `file_upload` of one socket: files in one message or in pieces. What is not finished when the socket ends changes nothing. */
export function fileUploads({ newId }: { newId: () => string }): RequestHandler {
  const uploads = new Map<string, Upload>()
  let taken = 0

  async function begin(path: string, how: object, { operations, asked, serverId, ended }: RequestContext) {
    if (taken >= maxUploads) throw tooManyUploads()
    taken += 1
    try {
      // Its stream outlives the message that began it.
      const stream = await openUpload(operations, { ...asked, signal: ended }, serverId, { path, ...how })
      const id = newId()
      uploads.set(id, { stream, received: 0, isBusy: false })
      void stream.closed.then(() => {
        uploads.delete(id)
        taken -= 1
      })
      return id
    } catch (error) {
      taken -= 1
      throw error
    }
  }

  async function write(id: string, bytes: Uint8Array, isLast: boolean): Promise<object> {
    const upload = uploads.get(id)
    if (!upload) throw noSuchUpload()
    if (upload.isBusy) throw uploadBusy()
    upload.isBusy = true
    try {
      await upload.stream.write(bytes)
      upload.received += bytes.length
      if (!isLast) return { upload_id: id, received: upload.received }
      const { path, size, sha256 } = await written(upload.stream)
      return { path, size, sha256 }
    } catch (error) {
      upload.stream.reset(error instanceof Error ? error : new Error('the upload broke off'))
      throw error
    } finally {
      upload.isBusy = false
    }
  }

  return takes(FileUploadRequest, async ({ path, upload_id, content, encoding, more, ...how }, context) => {
    const bytes = Buffer.from(content, encoding)
    if (bytes.length > MAX_UPLOAD_CHUNK_BYTES) throw chunkTooLarge(bytes.length)
    const id = path === undefined ? (upload_id ?? '') : await begin(path, how, context)
    return await write(id, bytes, !more)
  })
}
