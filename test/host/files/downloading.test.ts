import { rename, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { FileDownloadHead } from '../../../src/contract/operations/files.ts'
import { readStreamHead } from '../../../src/tree/link/stream-head.ts'
import { filesHost, type FilesHost, newScene, type Scene } from './files-host.ts'

const MIB = 1024 * 1024

let scene: Scene
let host: FilesHost
let file: string
beforeEach(async () => {
  scene = await newScene()
  host = await filesHost(scene, { limits: { stallTimeoutMs: 500 } })
  file = join(scene.inside, 'f')
})

describe('a range', () => {
  test.each([
    [{ start: 0, end: 3 }, 'abcd', 0],
    [{ start: 24 }, 'yz', 24],
    [{ suffix: 3 }, 'xyz', 23],
    [{ start: 5, end: 5 }, 'f', 5],
    [{ start: 20, end: 1000 }, 'uvwxyz', 20],
  ])('of %j comes, and nothing else', async (range, bytes, start) => {
    await writeFile(file, 'abcdefghijklmnopqrstuvwxyz')
    const download = await host.download({ path: file, range })
    expect(download).toMatchObject({ size: 26, start, length: bytes.length, partial: true })
    expect(download.bytes.toString()).toBe(bytes)
  })

  test('behind the end is refused with the size', async () => {
    await writeFile(file, 'abc')
    const refused = host.download({ path: file, range: { start: 3 } })
    await expect(refused).rejects.toMatchObject({ status: 416, details: { size: 3 } })
  })

  test('of a file that changed since is the whole file', async () => {
    await writeFile(file, 'abc')
    const { etag } = await host.download({ path: file })
    const range = { start: 1 }
    expect((await host.download({ path: file, range, if_range: etag })).bytes.toString()).toBe('bc')
    await writeFile(file, 'abcd')
    const whole = await host.download({ path: file, range, if_range: etag })
    expect([whole.partial, whole.bytes.toString()]).toEqual([false, 'abcd'])
  })
})

/** Reads the head and then as the test wants. */
async function begin(path: string) {
  const stream = host.open('download', { path })
  await stream.end()
  return { stream, ...(await readStreamHead(stream, FileDownloadHead)) }
}

async function countRest(
  start: Awaited<ReturnType<typeof begin>>,
  each: () => void = () => undefined,
): Promise<number> {
  let bytes = start.rest.length
  for (let chunk = await start.stream.read(); chunk !== null; chunk = await start.stream.read()) {
    bytes += chunk.length
    each()
  }
  return bytes
}

test('1 GiB comes in bounded memory', async () => {
  await writeFile(file, '')
  await truncate(file, 1024 * MIB)
  const used = () => {
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }
  const before = used()
  let most = 0
  let chunks = 0
  const bytes = await countRest(await begin(file), () => {
    chunks += 1
    if (chunks % 256 === 0) most = Math.max(most, used() - before)
  })
  expect(bytes).toBe(1024 * MIB)
  expect(most).toBeLessThan(128 * MIB)
}, 120_000)

test('what is appended meanwhile is left out, and a file that is replaced meanwhile comes as it was', async () => {
  await writeFile(file, Buffer.alloc(2 * MIB, 'a'))
  const first = await begin(file)
  await writeFile(file, 'more', { flag: 'a' })
  expect(await countRest(first)).toBe(2 * MIB)
  const second = await begin(file)
  await writeFile(join(scene.inside, 'g'), 'short')
  await rename(join(scene.inside, 'g'), file)
  expect(await countRest(second)).toBe(2 * MIB + 4)
})

test('a file that becomes shorter meanwhile breaks the download off, and does not fill it up', async () => {
  await writeFile(file, Buffer.alloc(8 * MIB, 'a'))
  const start = await begin(file)
  await truncate(file, 10)
  await expect(countRest(start)).rejects.toMatchObject({ status: 409 })
})

test('a reader that stops reading is given up after its time', async () => {
  await writeFile(file, Buffer.alloc(8 * MIB, 'a'))
  const { stream } = await begin(file)
  expect(await stream.closed).toMatchObject({ status: 504 })
})
