import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { FileContentHead, FileDownloadHead, FileWritten } from '../../../src/contract/operations/files.ts'
import { createActs } from '../../../src/probe/host/acts.ts'
import { createCapabilities } from '../../../src/probe/host/capabilities.ts'
import { type FileLimits, registerFiles } from '../../../src/probe/host/files/register.ts'
import { openHostAudit } from '../../../src/probe/host/host-audit.ts'
import { decodeBody, encodeBody } from '../../../src/tree/link/headers.ts'
import { createMethods } from '../../../src/tree/link/methods.ts'
import { readStreamHead } from '../../../src/tree/link/stream-head.ts'
import type { Stream } from '../../../src/tree/link/stream.ts'
import { streamPair } from './stream-pair.ts'

export const origin = { actor: 'ann', at: 'root', request_id: 'request-1' }
const nobody = 65_534

/** A folder that every user may enter, with `inside` (allowed), `reading` (read only) and `outside`; removed with the test. */
export async function newScene(base = tmpdir()) {
  const top = await mkdtemp(join(base, 'cortex-files-'))
  onTestFinished(() => rm(top, { recursive: true, force: true }))
  await chmod(top, 0o755)
  const scene = { top, inside: join(top, 'inside'), reading: join(top, 'reading'), outside: join(top, 'outside') }
  for (const folder of [scene.inside, scene.reading, scene.outside, join(top, 'node')]) await mkdir(folder)
  return scene
}
export type Scene = Awaited<ReturnType<typeof newScene>>

export interface HostOptions {
  grants?: string[]
  ownPaths?: string[]
  limits?: Partial<FileLimits>
}

/** The methods of a node that allows the scene's folders. */
export async function filesMethods(scene: Scene, options: HostOptions = {}) {
  const methods = createMethods()
  const audit = openHostAudit({ file: join(scene.top, 'node', 'audit.db'), clock: Date.now })
  onTestFinished(() => audit.close())
  const capabilities = createCapabilities(options.grants ?? [`files:${scene.inside}`, `files:${scene.reading}:ro`])
  await registerFiles(methods, {
    acts: createActs({ capabilities, audit }),
    capabilities,
    ownPaths: options.ownPaths ?? [join(scene.top, 'node')],
    randomName: () => randomBytes(8).toString('hex'),
    clock: Date.now,
    limits: options.limits,
  })
  return { methods, audit }
}

/** A node's file methods, called as the link calls them. */
export async function filesHost(scene: Scene, options: HostOptions = {}) {
  const { methods, audit } = await filesMethods(scene, options)
  const context = { via: ['root'], meta: { origin }, deadlineMs: 30_000, signal: new AbortController().signal }

  async function call(name: string, params: object): Promise<unknown> {
    const handler = methods.call(`files.${name}`)
    if (!handler) throw new Error(`no method ${name}`)
    return decodeBody(await handler(encodeBody(params), context))
  }

  function open(name: string, params: object): Stream {
    const handler = methods.stream(`files.${name}`)
    if (!handler) throw new Error(`no stream ${name}`)
    const { near, far } = streamPair()
    const run = handler(encodeBody(params))
    run(far, { ...context, deadlineMs: null, signal: far.signal }).then(
      () => far.end(),
      (error: Error) => far.reset(error),
    )
    return near
  }

  return {
    audit,
    call,
    open,
    content: (path: string) => readContent(open('content', { path })),
    download: (params: object) => readDownload(open('download', params)),
    write: (params: object, bytes: string | Uint8Array) => sendFile(open('write', params), bytes),
    upload: (params: object, bytes: string | Uint8Array) => sendFile(open('upload', params), bytes),
  }
}
export type FilesHost = Awaited<ReturnType<typeof filesHost>>

async function restOf(stream: Stream, first: Uint8Array): Promise<Buffer> {
  const chunks = [first]
  for (let chunk = await stream.read(); chunk !== null; chunk = await stream.read()) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function readContent(stream: Stream) {
  await stream.end()
  const { head, rest } = await readStreamHead(stream, FileContentHead)
  return { ...head, bytes: await restOf(stream, rest) }
}

async function readDownload(stream: Stream) {
  await stream.end()
  const { head, rest } = await readStreamHead(stream, FileDownloadHead)
  return { ...head, bytes: await restOf(stream, rest) }
}

async function sendFile(stream: Stream, bytes: string | Uint8Array): Promise<FileWritten> {
  // A refusal may come before all is sent; it is what the reading end says.
  const sending = stream.write(Buffer.from(bytes)).then(() => stream.end())
  sending.catch(() => undefined)
  return (await readStreamHead(stream, FileWritten)).head
}

/** Runs `act` as a user who may nothing special, whoever runs the tests. */
export async function asNobody<T>(act: () => Promise<T>): Promise<T> {
  const isRoot = process.geteuid?.() === 0
  if (isRoot) process.seteuid?.(nobody)
  try {
    return await act()
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
}

export const makeFifo = (path: string) => execFileSync('sh', ['-c', 'mkfifo "$0"', path])
