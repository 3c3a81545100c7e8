import { z } from 'zod'
import { wholeNumber } from '../common.ts'
import { ComposeName, ContainerDeleteParams, ContainerRef, LogsParams } from '../operations/docker.ts'
import { FileContentParams, FileListParams, FileUploadParams } from '../operations/files.ts'
import { JobParams } from '../operations/jobs.ts'
import { ProcessKillParams } from '../operations/processes.ts'
import { SessionId, ShellCommandParams } from '../operations/terminal.ts'

/** What a person may ask for on the socket of a server (spec: 支持的消息类型); the last two are additions. */
export const ServerRequestType = z.enum([
  'shell_command',
  'file_list',
  'file_content',
  'file_upload',
  'process_list',
  'process_kill',
  'docker_command',
  'nginx_command',
  'heartbeat',
  'job_watch',
  'cancel',
])
export type ServerRequestType = z.infer<typeof ServerRequestType>

/** Chosen by who asks, and echoed in every answer to the request. */
export const RequestId = z.union([z.string().min(1).max(128), z.number()])
export type RequestId = z.infer<typeof RequestId>

/** One message of a client. `payload` is taken for `data`, and `request_id` may also stand in it. */
export const ServerRequest = z.object({
  type: ServerRequestType,
  data: z.record(z.string(), z.unknown()).optional(),
  payload: z.record(z.string(), z.unknown()).optional(),
  request_id: RequestId.optional(),
})

/** `shell_command` is answered by `shell_response`, `file_list` by `file_list_response`. */
export const answerTypeOf = (type: ServerRequestType): string => `${type.replace(/_command$/, '')}_response`

export const ShellCommandRequest = z.object({
  command: ShellCommandParams.shape.command,
  session: SessionId.optional(),
})

export const FileListRequest = FileListParams
/** A larger file is fetched by `GET /files/download`. */
export const MAX_SOCKET_CONTENT_BYTES = 1024 * 1024
export const FileContentRequest = FileContentParams

/** What one message may carry of a file, decoded. */
export const MAX_UPLOAD_CHUNK_BYTES = 512 * 1024

/**
 * A file, or a piece of one: the first message names the `path`, every further one the `upload_id` of the answer to the
 * first; all but the last say `more`.
 */
export const FileUploadRequest = z
  .object({
    path: FileUploadParams.shape.path.optional(),
    upload_id: z.string().min(1).max(64).optional(),
    content: z.string().max(1_000_000).default(''),
    encoding: z.enum(['utf8', 'base64']).default('utf8'),
    more: z.boolean().default(false),
    etag: FileUploadParams.shape.etag,
    overwrite: FileUploadParams.shape.overwrite,
  })
  .refine(({ path, upload_id }) => (path === undefined) !== (upload_id === undefined), {
    path: ['path'],
    error: 'either path or upload_id',
  })
  .refine(({ content, encoding }) => encoding === 'utf8' || z.base64().safeParse(content).success, {
    path: ['content'],
    error: 'not base64',
  })

const Pid = wholeNumber(1, 4_194_304)
export const ProcessKillMessage = ProcessKillParams.extend({ pid: Pid })

const NamedContainer = z.object({ container_id: ContainerRef })
/** A container goes by the name that it has in the paths of the REST API. */
export const ContainerRequest = NamedContainer
export const ContainerDeleteRequest = ContainerDeleteParams.omit({ id: true }).extend(NamedContainer.shape)
/** `follow`: what is written from now on comes too, as `docker_logs`, until the container ends or a `cancel`. */
export const ContainerLogsRequest = LogsParams.omit({ id: true }).extend({
  ...NamedContainer.shape,
  follow: z.boolean().default(false),
})
export const ComposeRequest = z.object({ project: ComposeName })

export const JobWatchRequest = JobParams
export const CancelRequest = z.object({ request_id: RequestId })
