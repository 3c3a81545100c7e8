import { timeout } from '../../../contract/errors.ts'
import {
  FileContentParams,
  FileDeleted,
  FileDeleteParams,
  FileDownloadParams,
  FileEntry,
  FileList,
  FileListParams,
  FileMkdirParams,
  FileRenameParams,
  FileRoots,
  FileStat,
  FileStatParams,
  FileUploadParams,
  MAX_CONTENT_BYTES,
} from '../../../contract/operations/files.ts'
import { z } from 'zod'
import type { JsonObject } from '../../../contract/common.ts'
import { within } from '../../../lib/within.ts'
import { MAX_BODY_BYTES } from '../../../tree/link/frame.ts'
import type { CallContext, Methods } from '../../../tree/link/methods.ts'
import type { Stream } from '../../../tree/link/stream.ts'
import { encodeStreamHead } from '../../../tree/link/stream-head.ts'
import type { Acts } from '../acts.ts'
import type { Capabilities } from '../capabilities.ts'
import { deleteEntry, makeFolder, renameEntry } from './change-entries.ts'
import { type Names, parsePath } from './file-path.ts'
import { listFolder } from './list-folder.ts'
import { createOneAtATime } from './one-at-a-time.ts'
import { refusing } from './os-refusal.ts'
import { readContent, sendFile, statPath } from './read-file.ts'
import { createWalker } from './walk.ts'
import { writeFile } from './write-file.ts'

export interface FileLimits {
  maxUploadBytes: number
  /** How long nothing may move in an upload or a download before it is given up. */
  stallTimeoutMs: number
  /** Names of one folder that a listing reads. */
  maxNames: number
  /** Of a download that are in memory at a time. */
  chunkBytes: number
}

const defaultFileLimits: FileLimits = {
  maxUploadBytes: 64 * 1024 ** 3,
  stallTimeoutMs: 120_000,
  maxNames: 200_000,
  chunkBytes: 128 * 1024,
}

/** An answer also holds what is not entries. */
const MAX_LIST_BYTES = MAX_BODY_BYTES - 64 * 1024

export interface FilesParts {
  acts: Acts
  capabilities: Capabilities
  /** Files and folders of the node itself: its data, its config. Nobody reaches them from afar. */
  ownPaths: readonly string[]
  /** 16 random hex characters. */
  randomName: () => string
  clock: () => number
  limits?: Partial<FileLimits>
}

/**
 * Registers `files.*` on a node. The streams: `files.content` and `files.download` answer with a head and the bytes,
 * `files.write` and `files.upload` take the bytes up to the end and answer with a head (FileWritten).
 */
export async function registerFiles(methods: Methods, parts: FilesParts): Promise<void> {
  const { acts, capabilities } = parts
  const limits = { ...defaultFileLimits, ...parts.limits }
  const walker = await createWalker({ fileRoots: capabilities.fileRoots, ownPaths: parts.ownPaths })
  const writing = { walker, turns: createOneAtATime(), randomName: parts.randomName, clock: parts.clock }

  /** An act on one path: allowed and logged, and what the operating system refuses is said in its words. */
  function act<T>(
    verb: string,
    path: string,
    meta: JsonObject,
    work: (names: Names) => Promise<T>,
    details?: Record<string, unknown>,
  ): Promise<T> {
    const what = { capability: 'files' as const, action: `files.${verb}`, target: path, details }
    return acts.run(meta, what, () => refusing(path, async () => work(parsePath(path))))
  }

  function moving<T>(step: Promise<T>, path: string): Promise<T> {
    return within(step, limits.stallTimeoutMs).then((result) => {
      if (result.inTime) return result.value
      throw stalled(path)
    })
  }

  async function receive(
    verb: 'write' | 'upload',
    maxBytes: number,
    { path, ...params }: z.output<typeof FileUploadParams>,
    stream: Stream,
    { meta }: CallContext,
  ): Promise<void> {
    const { stallTimeoutMs } = limits
    const written = await act(
      verb,
      path,
      meta,
      (names) => writeFile(writing, names, params, stream, { maxBytes, stallTimeoutMs }),
      params,
    )
    await stream.write(encodeStreamHead(written))
  }

  methods.register({
    name: 'files.roots',
    params: z.object({}),
    result: FileRoots,
    handle: () => ({ roots: [...capabilities.fileRoots] }),
  })
  methods.register({
    name: 'files.list',
    params: FileListParams,
    result: FileList,
    handle: ({ path, ...page }, { meta }) =>
      act('list', path, meta, (names) =>
        listFolder(walker, names, page, { maxNames: limits.maxNames, maxBytes: MAX_LIST_BYTES }),
      ),
  })
  methods.register({
    name: 'files.stat',
    params: FileStatParams,
    result: FileStat,
    handle: ({ path }, { meta }) => act('stat', path, meta, (names) => statPath(walker, names)),
  })
  methods.register({
    name: 'files.mkdir',
    params: FileMkdirParams,
    result: FileEntry,
    handle: ({ path, parents }, { meta }) =>
      act('mkdir', path, meta, (names) => makeFolder(walker, names, { parents }), { parents }),
  })
  methods.register({
    name: 'files.rename',
    params: FileRenameParams,
    result: FileEntry,
    handle: ({ from, to, overwrite }, { meta }) =>
      act('rename', from, meta, (names) => renameEntry(walker, names, parsePath(to), { overwrite }), { to, overwrite }),
  })
  methods.register({
    name: 'files.delete',
    params: FileDeleteParams,
    result: FileDeleted,
    handle: ({ path, recursive }, { meta, signal }) =>
      act('delete', path, meta, (names) => deleteEntry(walker, names, { recursive, signal }), { recursive }),
  })

  methods.registerStream({
    name: 'files.content',
    params: FileContentParams,
    handle: ({ path }, stream, { meta }) =>
      act('content', path, meta, async (names) => {
        const { head, bytes } = await readContent(walker, names)
        await moving(stream.write(encodeStreamHead(head)), path)
        await moving(stream.write(bytes), path)
      }),
  })
  methods.registerStream({
    name: 'files.download',
    params: FileDownloadParams,
    handle: ({ path, range, if_range }, stream, { meta }) => {
      const to = {
        head: (head: object) => moving(stream.write(encodeStreamHead(head)), path),
        bytes: (bytes: Uint8Array) => moving(stream.write(bytes), path),
      }
      const work = (names: Names) => sendFile(walker, names, { range, if_range }, { to, chunkBytes: limits.chunkBytes })
      return act('download', path, meta, work, range && { range })
    },
  })
  methods.registerStream({
    name: 'files.write',
    params: FileUploadParams,
    handle: (params, stream, context) => receive('write', MAX_CONTENT_BYTES, params, stream, context),
  })
  methods.registerStream({
    name: 'files.upload',
    params: FileUploadParams,
    handle: (params, stream, context) => receive('upload', limits.maxUploadBytes, params, stream, context),
  })
}

const stalled = (path: string) =>
  timeout(
    `传输 ${path} 长时间没有进展，已放弃；请重试`,
    `The transfer of ${path} made no progress for too long and was given up: try again`,
    { details: { path } },
  )
