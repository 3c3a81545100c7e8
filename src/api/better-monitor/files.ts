import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import {
  ByteRange,
  FileContent,
  FileContentUpdate,
  FileDeleted,
  FileDownloadHead,
  FileEntry,
  FileList,
  FileMkdirParams,
  FileRenameParams,
  FileRoots,
  FileWritten,
  MAX_CONTENT_BYTES,
} from '../../contract/operations/files.ts'
import { paging } from '../../contract/common.ts'
import {
  deleteFile,
  fileRoots,
  listFolder,
  makeFolder,
  openContent,
  openHeaded,
  openUpload,
  renameFile,
  written,
} from '../../monitor/operations/calls/files.ts'
import type { Tickets } from '../../monitor/auth/tickets.ts'
import type { Operations } from '../../monitor/operations/operations.service.ts'
import { admit } from '../http/admission.ts'
import type { ApiEnv } from '../http/api-env.ts'
import { createSection } from '../http/app.ts'
import { requireUser } from '../http/authenticate.ts'
import { plainErrors, plainRoute } from '../http/openapi.ts'
import { rateLimit } from '../http/rate-limit.ts'
import { requireUserOrTicket } from '../http/ticket.ts'
import { attachment, parseRange } from './download.ts'
import { askedBy, askHost, bodyOf, ServerParams } from './host.ts'
import { readUpload } from './upload.ts'

const tag = 'better-monitor: files'
const read = { user: 'operate' } as const
const Path = z.string().min(1).max(4096)
const inPath = z.object({ path: Path })
const list = plainRoute({
  method: 'get',
  path: '/servers/{id}/files',
  tag,
  summary: '文件列表',
  auth: read,
  params: ServerParams,
  query: inPath.extend(paging(1000)),
  response: FileList,
  errors: [403, 404, 503, 504],
})
const roots = plainRoute({
  method: 'get',
  path: '/servers/{id}/files/roots',
  tag,
  summary: '允许访问的目录',
  auth: { user: 'read' },
  params: ServerParams,
  response: FileRoots,
  errors: [404, 503, 504],
})
const content = plainRoute({
  method: 'get',
  path: '/servers/{id}/files/content',
  tag,
  summary: '文件内容',
  auth: read,
  params: ServerParams,
  query: inPath,
  response: FileContent,
  errors: [403, 404, 413, 503, 504],
})
const write = plainRoute({
  method: 'put',
  path: '/servers/{id}/files/content',
  tag,
  summary: '保存文件内容；etag 不符则 409',
  auth: read,
  params: ServerParams,
  body: FileContentUpdate,
  maxBodyBytes: 2 * MAX_CONTENT_BYTES,
  response: FileWritten,
  errors: [403, 404, 409, 413, 503, 504],
})
const remove = plainRoute({
  method: 'delete',
  path: '/servers/{id}/files',
  tag,
  summary: '删除文件或目录',
  auth: read,
  params: ServerParams,
  query: inPath.extend({ recursive: z.enum(['true', 'false']).default('false') }),
  response: FileDeleted,
  errors: [403, 404, 409, 503, 504],
})
const mkdir = plainRoute({
  method: 'post',
  path: '/servers/{id}/files/mkdir',
  tag,
  summary: '创建目录',
  auth: read,
  params: ServerParams,
  body: FileMkdirParams,
  response: FileEntry,
  status: 201,
  errors: [403, 404, 409, 503, 504],
})
const rename = plainRoute({
  method: 'post',
  path: '/servers/{id}/files/rename',
  tag,
  summary: '重命名',
  auth: read,
  params: ServerParams,
  body: FileRenameParams,
  response: FileEntry,
  errors: [403, 404, 409, 503, 504],
})

const Ticket = z.string().max(4096).optional().describe('POST /api/v1/auth/ws-ticket，一次有效，代替 Authorization')
const download = (tickets: Pick<Tickets, 'redeem'>) =>
  createRoute({
    method: 'get',
    path: '/servers/{id}/files/download',
    tags: [tag],
    summary: '下载文件，支持 Range',
    security: [{ bearer: [] }],
    middleware: [admit(requireUserOrTicket('operate', tickets), rateLimit('calls'))],
    request: { params: ServerParams, query: inPath.extend({ ticket: Ticket }) },
    responses: {
      200: { description: 'The file', content: { 'application/octet-stream': { schema: z.string() } } },
      206: {
        description: 'The range that was asked for',
        content: { 'application/octet-stream': { schema: z.string() } },
      },
      ...plainErrors({ auth: read, params: ServerParams, errors: [404, 504] }),
    },
  })
const upload = createRoute({
  method: 'post',
  path: '/servers/{id}/files/upload',
  tags: [tag],
  summary: '上传文件（multipart：path、file），原子写入；overwrite=false 时不覆盖已有文件',
  security: [{ bearer: [] }],
  middleware: [admit(requireUser('operate'), rateLimit('calls'))],
  request: {
    params: ServerParams,
    query: z.object({
      overwrite: z.enum(['true', 'false']).default('true').describe('false：文件已存在时返回 409'),
    }),
  },
  responses: {
    200: {
      description: 'Written',
      content: { 'application/json': { schema: FileWritten.pick({ path: true, size: true, sha256: true }) } },
    },
    ...plainErrors({ auth: read, params: ServerParams, errors: [404, 409, 413, 415, 504] }),
  },
})

/** Files of a host (spec: Better Monitor 3; rulings: files). */
export function filesSection({
  operations,
  tickets,
}: {
  operations: Operations
  tickets: Pick<Tickets, 'redeem'>
}): OpenAPIHono<ApiEnv> {
  const app = createSection()

  app.openapi(roots, async (c) => {
    return c.json(await askHost(operations, c, c.req.valid('param').id, fileRoots()), 200)
  })
  app.openapi(content, async (c) => {
    const { path } = c.req.valid('query')
    const headed = await openContent(operations, askedBy(c), c.req.valid('param').id, path)
    const bytes = Buffer.from(await new Response(bodyOf(headed)).arrayBuffer())
    return c.json({ ...headed.head, content: bytes.toString(headed.head.encoding) }, 200)
  })
  app.openapi(write, async (c) => {
    const { path, content: text, encoding, etag } = c.req.valid('json')
    const bytes = Buffer.from(text, encoding)
    const params = { path, etag, size: bytes.length }
    const stream = await operations.open(askedBy(c), c.req.valid('param').id, {
      method: 'files.write',
      params,
      permission: 'operate',
      target: path,
      details: { size: bytes.length },
    })
    await stream.write(bytes)
    return c.json(await written(stream), 200)
  })
  app.openapi(list, async (c) => {
    return c.json(await askHost(operations, c, c.req.valid('param').id, listFolder(c.req.valid('query'))), 200)
  })
  app.openapi(remove, async (c) => {
    const { path, recursive } = c.req.valid('query')
    const call = deleteFile({ path, recursive: recursive === 'true' })
    return c.json(await askHost(operations, c, c.req.valid('param').id, call), 200)
  })
  app.openapi(mkdir, async (c) =>
    c.json(await askHost(operations, c, c.req.valid('param').id, makeFolder(c.req.valid('json'))), 201),
  )
  app.openapi(rename, async (c) =>
    c.json(await askHost(operations, c, c.req.valid('param').id, renameFile(c.req.valid('json'))), 200),
  )

  app.openapi(download(tickets), async (c) => {
    const { id } = c.req.valid('param')
    const { path } = c.req.valid('query')
    const range = parseRange(c.req.header('range'))
    const params = {
      path,
      ...(range ? { range: ByteRange.parse(range), if_range: c.req.header('if-range')?.replaceAll('"', '') } : {}),
    }
    const headed = await openHeaded(
      operations,
      askedBy(c),
      id,
      { method: 'files.download', params, permission: 'operate', target: path },
      FileDownloadHead,
    )
    const { head } = headed
    const headers: Record<string, string> = {
      'Content-Type': 'application/octet-stream',
      'Content-Length': String(head.length),
      'Content-Disposition': attachment(head.name),
      'Accept-Ranges': 'bytes',
      'Last-Modified': new Date(head.mtime).toUTCString(),
      ETag: `"${head.etag}"`,
    }
    if (head.partial) headers['Content-Range'] = `bytes ${head.start}-${head.start + head.length - 1}/${head.size}`
    return c.body(bodyOf(headed), head.partial ? 206 : 200, headers)
  })

  app.openapi(upload, async (c) => {
    const { id } = c.req.valid('param')
    const asked = askedBy(c)
    await operations.admit(asked, id, 'operate')
    const overwrite = c.req.valid('query').overwrite === 'true'
    const { path, size, sha256 } = await readUpload(c.req.raw, async (target, file) => {
      const stream = await openUpload(operations, asked, id, { path: target, overwrite })
      try {
        for await (const chunk of file) await stream.write(chunk)
      } catch (error) {
        stream.reset(error instanceof Error ? error : new Error('the upload broke off'))
        throw error
      }
      return await written(stream)
    })
    return c.json({ path, size, sha256 }, 200)
  })

  return app
}
