import { z } from 'zod'
import { IsoTime, paging } from '../common.ts'

/** What a call over the link may hold is far less: contents, uploads and downloads travel in streams. */
export const MAX_CONTENT_BYTES = 10 * 1024 * 1024

/**
 * An absolute path on the asked host, names as in a listing: a byte that is no UTF-8 stands as `\xHH`. Nothing is
 * trimmed or normalised; the node judges it.
 */
const FilePath = z.string().min(1).max(4096)

/** Says which state of a file is meant; changes with every change of the file. */
const Etag = z.string().min(1).max(128)

export const FileType = z.enum(['file', 'directory', 'symlink', 'fifo', 'socket', 'block_device', 'char_device'])
export type FileType = z.infer<typeof FileType>

export const FileEntry = z
  .object({
    name: z.string(),
    path: z.string(),
    type: FileType,
    size: z.number().int(),
    /** Octal with the special bits: `0644`, `1777`. */
    mode: z.string().regex(/^[0-7]{4}$/),
    /** Name of the owner, or its number when the host has no name for it. */
    owner: z.string(),
    mtime: IsoTime,
    symlink_target: z.string().optional(),
  })
  .meta({ id: 'FileEntry' })
export type FileEntry = z.infer<typeof FileEntry>

export const FileListParams = z.object({ path: FilePath, ...paging(1000) }).meta({ id: 'FileListParams' })
export type FileListParams = z.output<typeof FileListParams>

/** Folders first, then by name. */
export const FileList = z
  .object({
    path: z.string(),
    entries: z.array(FileEntry),
    /** Of the whole folder; at least so many when the folder is larger than the node reads. */
    total: z.number().int(),
    /** There is more than this answer holds. */
    truncated: z.boolean(),
    /** `offset` of the next page, null behind the last. */
    next_offset: z.number().int().nullable(),
  })
  .meta({ id: 'FileList' })
export type FileList = z.infer<typeof FileList>

/** Where the node lets people work. */
export const FileRoots = z
  .object({ roots: z.array(z.object({ path: z.string(), writable: z.boolean() })) })
  .meta({ id: 'FileRoots' })

export const FileStatParams = z.object({ path: FilePath })
export const FileStat = FileEntry.extend({ etag: Etag.optional() }).meta({ id: 'FileStat' })
export type FileStat = z.infer<typeof FileStat>

/** First thing in the stream `files.content`; the bytes follow. */
export const FileContentHead = z.object({
  path: z.string(),
  size: z.number().int(),
  mtime: IsoTime,
  etag: Etag,
  /** What the bytes are: valid UTF-8 without NUL, or anything else. */
  encoding: z.enum(['utf8', 'base64']),
})
export type FileContentHead = z.infer<typeof FileContentHead>
export const FileContentParams = z.object({ path: FilePath })

/** Answer of `GET /files/content`. */
export const FileContent = FileContentHead.extend({ content: z.string() }).meta({ id: 'FileContent' })

const Position = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

/** A range of bytes as HTTP has it: from `start` to the end or to `end` inclusive, or the last `suffix` bytes. */
export const ByteRange = z
  .union([z.strictObject({ start: Position, end: Position.optional() }), z.strictObject({ suffix: Position })])
  .meta({ id: 'ByteRange' })
export type ByteRange = z.infer<typeof ByteRange>

export const FileDownloadParams = z
  .object({
    path: FilePath,
    range: ByteRange.optional(),
    /** The range counts only while the file is in this state; else the whole file comes. */
    if_range: Etag.optional(),
  })
  .meta({ id: 'FileDownloadParams' })
export type FileDownloadParams = z.output<typeof FileDownloadParams>

/** First thing in the stream `files.download`; `length` bytes follow, from `start` of the file. */
export const FileDownloadHead = z
  .object({
    path: z.string(),
    /** Last component of the path, for Content-Disposition. */
    name: z.string(),
    size: z.number().int(),
    mtime: IsoTime,
    etag: Etag,
    start: z.number().int(),
    length: z.number().int(),
    /** A range was asked for and is what comes (206). */
    partial: z.boolean(),
  })
  .meta({ id: 'FileDownloadHead' })
export type FileDownloadHead = z.infer<typeof FileDownloadHead>

/** Parameters of the streams `files.upload` and `files.write`: the bytes are sent, then the stream is ended. */
export const FileUploadParams = z
  .object({
    path: FilePath,
    /** Replace only the file in this state; 409 when it changed or is gone. */
    etag: Etag.optional(),
    /** False: 409 when there is a file already. */
    overwrite: z.boolean().default(true),
    /** How many bytes will come; 400 when it were others, and nothing is changed. */
    size: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  })
  .meta({ id: 'FileUploadParams' })
export type FileUploadParams = z.output<typeof FileUploadParams>

/** What the node answers in the stream when the file is safely on disk. */
export const FileWritten = z
  .object({ path: z.string(), size: z.number().int(), sha256: z.string().length(64), mtime: IsoTime, etag: Etag })
  .meta({ id: 'FileWritten' })
export type FileWritten = z.infer<typeof FileWritten>

/** Body of `PUT /files/content`. */
export const FileContentUpdate = z
  .object({
    path: FilePath,
    content: z.string(),
    encoding: z.enum(['utf8', 'base64']).default('utf8'),
    etag: Etag.optional(),
  })
  .meta({ id: 'FileContentUpdate' })

export const FileMkdirParams = z
  .object({
    path: FilePath,
    /** Folders on the way are made too, and one that exists is fine. */
    parents: z.boolean().default(false),
  })
  .meta({ id: 'FileMkdir' })
export type FileMkdirParams = z.output<typeof FileMkdirParams>

export const FileRenameParams = z
  .object({
    from: FilePath,
    to: FilePath,
    /** False: 409 when there is something at `to`. */
    overwrite: z.boolean().default(false),
  })
  .meta({ id: 'FileRename' })
export type FileRenameParams = z.output<typeof FileRenameParams>

export const FileDeleteParams = z
  .object({
    path: FilePath,
    /** False: a folder is deleted only when it is empty. */
    recursive: z.boolean().default(false),
  })
  .meta({ id: 'FileDelete' })
export type FileDeleteParams = z.output<typeof FileDeleteParams>

export const FileDeleted = z
  .object({ path: z.string(), deleted: z.number().int().describe('files and folders') })
  .meta({ id: 'FileDeleted' })
export type FileDeleted = z.infer<typeof FileDeleted>
