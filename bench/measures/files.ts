import { createHash, type Hash, randomBytes } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type HostTree, startHostTree } from '../support/host-tree.ts'
import { watchMemory } from '../support/peaks.ts'
import { startProgram } from '../support/program.ts'
import type { Scene } from '../support/scene.ts'
import { digits, ratio, type Row } from '../support/table.ts'

const megabyte = 1_000_000

/**
 * A file of a host three links away is downloaded at the root, broken off after a third and resumed by `Range`; what
 * that holds in memory on the way. Bare: the same file through three plain HTTP servers, not broken off.
 */
export async function measureFiles(scene: Scene, nodeArguments: readonly string[] = []): Promise<Row[]> {
  const bytes = (scene.quick ? 100 : 1_000) * megabyte
  const tree = await startHostTree(scene, 'files', nodeArguments)
  const path = join(tree.files, 'large.bin')
  const sha256 = writeRandom(path, bytes)
  const last = await startProgram('echo-hop', { file: path })
  const middle = await startProgram('echo-hop', { nextPort: last.port })
  const first = await startProgram('echo-hop', { nextPort: middle.port })
  for (const program of [last, middle, first]) scene.onEnd(program.stop)

  const bareBeganAt = performance.now()
  const bareHash = createHash('sha256')
  await read(await fetch(`http://127.0.0.1:${first.port}/`), bareHash, bytes)
  const bareMs = performance.now() - bareBeganAt
  if (bareHash.digest('hex') !== sha256) throw new Error('the bare copy is another file')

  const url = `${tree.root.url}/api/servers/${tree.serverAt[3]}/files/download?path=${encodeURIComponent(path)}`
  const memory = watchMemory(tree.line)
  const hash = createHash('sha256')
  const beganAt = performance.now()
  const begun = await download(tree, url)
  const taken = await read(begun, hash, Math.floor(bytes / 3))
  const etag = begun.headers.get('etag') ?? ''
  const resumed = await download(tree, url, { range: `bytes=${taken}-`, 'if-range': etag })
  if (resumed.status !== 206) throw new Error(`a download goes on with 206, not ${resumed.status}`)
  const rest = await read(resumed, hash, bytes)
  const tookMs = performance.now() - beganAt
  const grown = memory.grown()
  if (taken + rest !== bytes || hash.digest('hex') !== sha256) throw new Error('the download is another file')

  await tree.stop()
  for (const program of [first, middle, last]) await program.stop()
  const [ours, bare] = [bytes / 1_000 / tookMs, bytes / 1_000 / bareMs]
  return [
    {
      what: `file of ${digits(bytes / megabyte)} MB down over three hops`,
      ours: `${digits(ours)} MB/s`,
      bare: `${digits(bare)} MB/s`,
      ratio: ratio(ours / bare),
      note: `broken off after ${digits(taken / megabyte)} MB and resumed by Range; SHA-256 equal`,
    },
    {
      what: '  memory that this adds on the way, peak',
      ours: `${digits(Math.max(...grown))} MB`,
      bare: '',
      ratio: '',
      note: `root, region, region, leaf: ${grown.map((mb) => `${digits(mb)} MB`).join(', ')}`,
    },
  ]
}

async function download(tree: HostTree, url: string, more: Record<string, string> = {}): Promise<Response> {
  const answer = await fetch(url, { headers: { ...tree.headers, ...more } })
  if (!answer.ok) throw new Error(`no download: ${answer.status} ${await answer.text()}`)
  return answer
}

/** Reads up to so many bytes and breaks off; how many it read. */
async function read(answer: Response, hash: Hash, maxBytes: number): Promise<number> {
  let bytes = 0
  if (!answer.body) return bytes
  for await (const piece of answer.body) {
    hash.update(piece)
    bytes += piece.length
    if (bytes >= maxBytes) break
  }
  return bytes
}

/** The SHA-256 of what was written. */
function writeRandom(path: string, bytes: number): string {
  const hash = createHash('sha256')
  const file = openSync(path, 'wx', 0o644)
  try {
    for (let left = bytes; left > 0; left -= megabyte) {
      const piece = randomBytes(Math.min(left, megabyte))
      hash.update(piece)
      writeSync(file, piece)
    }
  } finally {
    closeSync(file)
  }
  return hash.digest('hex')
}
