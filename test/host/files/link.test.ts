import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { FileDownloadHead, FileList, FileWritten } from '../../../src/contract/operations/files.ts'
import { createLinkClient } from '../../../src/tree/link/link-client.ts'
import { readStreamHead } from '../../../src/tree/link/stream-head.ts'
import { silent, startMonitor, until } from '../../link/tree.ts'
import { filesMethods, newScene, origin, type Scene } from './files-host.ts'

const MIB = 1024 * 1024
const options = { meta: { origin }, deadlineMs: 10_000 }

let scene: Scene
beforeEach(async () => void (scene = await newScene()))

/** A root, a region below it and a leaf below that, whose files are asked for at the root. */
async function startTree() {
  const root = await startMonitor('root')
  const region = await startMonitor('region')
  const { methods, audit } = await filesMethods(scene)
  const client = (selfId: string, url: string, extra: object) =>
    createLinkClient({
      selfId,
      target: () => ({ url, apiKey: selfId }),
      logger: silent,
      clock: Date.now,
      random: Math.random,
      backoff: { minMs: 5, maxMs: 20 },
      methods,
      onLineage: () => undefined,
      ...extra,
    })
  const clients = [
    client('region', root.url, { methods: region.methods, next: region.links.next }),
    client('leaf', region.url, {}),
  ]
  for (const each of clients) each.start()
  onTestFinished(async () => {
    for (const each of clients) each.stop()
    await region.close()
    await root.close()
  })
  await until(
    () => root.links.children().length === 1 && region.links.children().length === 1,
    'region and leaf are connected',
  )
  return { links: root.links, route: ['region', 'leaf'], audit }
}

test('100 MB go up and come back through a region with equal checksums, and stand in the log of the leaf', async () => {
  const { links, route, audit } = await startTree()
  const path = join(scene.inside, '大文件.bin')
  const block = randomBytes(MIB)
  const hash = createHash('sha256')
  const up = await links.open(route, 'files.upload', { path, size: 100 * MIB }, options)
  for (let at = 0; at < 100; at += 1) {
    hash.update(block)
    await up.write(block)
  }
  await up.end()
  const { head: written } = await readStreamHead(up, FileWritten)
  expect(written).toMatchObject({ path, size: 100 * MIB, sha256: hash.digest('hex') })

  const down = await links.open(route, 'files.download', { path }, options)
  await down.end()
  const { head, rest } = await readStreamHead(down, FileDownloadHead)
  const came = createHash('sha256').update(rest)
  for (let chunk = await down.read(); chunk !== null; chunk = await down.read()) came.update(chunk)
  expect(head).toMatchObject({ size: 100 * MIB, etag: written.etag })
  expect(came.digest('hex')).toBe(written.sha256)
  expect(audit.after(0, 10).map(({ action, actor }) => [action, actor])).toEqual([
    ['files.upload', 'ann@root'],
    ['files.download', 'ann@root'],
  ])
}, 120_000)

test('what the leaf refuses keeps its status, its texts and its details on the way', async () => {
  const { links, route } = await startTree()
  const refusal = { status: 403, code: 'FORBIDDEN', details: { capability: 'files', path: '/etc/shadow' } }
  await expect(links.call(route, 'files.list', { path: '/etc/shadow' }, options)).rejects.toMatchObject(refusal)
  const stream = await links.open(route, 'files.download', { path: '/etc/shadow' }, options)
  await expect(stream.read()).rejects.toMatchObject(refusal)
  const list = FileList.parse(await links.call(route, 'files.list', { path: scene.inside }, options))
  expect(list).toMatchObject({ path: scene.inside, total: 0 })
})

test('nothing is done for nobody: who asks has to be said', async () => {
  const { links, route } = await startTree()
  const path = join(scene.inside, 'f')
  const asked = links.call(route, 'files.mkdir', { path }, { deadlineMs: 5_000 })
  await expect(asked).rejects.toMatchObject({ status: 403 })
  await expect(readFile(path)).rejects.toThrow('ENOENT')
})
