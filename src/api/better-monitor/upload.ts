import { Readable } from 'node:stream'
import busboy from 'busboy'
import { invalidRequest, unsupportedMediaType } from '../../contract/errors.ts'

const missing = (field: string) =>
  invalidRequest(`上传缺少字段 ${field}`, `the upload has no field ${field}`, {
    details: { issues: [{ path: field, message: 'missing' }] },
  })
const fileFirst = () =>
  invalidRequest('字段 path 必须在 file 之前', 'the field path must stand before file, or in the query', {
    details: { issues: [{ path: 'path', message: 'before file' }] },
  })
const broken = (cause: unknown) =>
  invalidRequest('上传内容不完整或格式错误', 'the upload broke off or is not multipart', { cause })

/**
 * Reads a multipart upload as it comes: `path` (a field before the file, or in the query) and one `file`, whose bytes
 * go to `take` without being kept. Throws INVALID_REQUEST for anything else.
 */
export async function readUpload<T>(request: Request, take: (path: string, file: Readable) => Promise<T>): Promise<T> {
  const contentType = request.headers.get('content-type') ?? ''
  if (!contentType.startsWith('multipart/form-data')) {
    throw unsupportedMediaType('上传必须是 multipart/form-data', 'an upload must be multipart/form-data')
  }
  if (!request.body) throw missing('file')
  let path = new URL(request.url).searchParams.get('path')
  const taken: Promise<T>[] = []
  const parser = busboy({
    headers: { 'content-type': contentType },
    limits: { files: 1, fields: 16, fieldSize: 8192, parts: 32 },
    defParamCharset: 'utf8',
  })
  const source = Readable.fromWeb(request.body)
  const done = Promise.withResolvers<void>()
  parser.on('field', (name, value) => {
    if (name === 'path') path = value
  })
  parser.on('file', (name, file) => {
    // Heard from the start: an upload can break off before its taker reads.
    file.on('error', (error) => done.reject(broken(error)))
    if (name !== 'file' || path === null || path === '') {
      file.resume()
      done.reject(name === 'file' ? fileFirst() : missing('file'))
      return
    }
    const taking = take(path, file)
    taken.push(taking)
    // The request goes on to be read: what the host refuses is told at once, the rest is thrown away.
    taking.catch((error: unknown) => {
      file.resume()
      done.reject(error)
    })
  })
  parser.once('close', () => done.resolve())
  parser.on('error', (error) => done.reject(broken(error)))
  source.on('error', (error) => {
    done.reject(broken(error))
    parser.destroy(error)
  })
  source.pipe(parser)
  await done.promise
  const [written] = taken
  if (!written) throw missing('file')
  return await written
}
