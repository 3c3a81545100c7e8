import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, chown, link, mkdir, symlink, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { FileList } from '../../../src/contract/operations/files.ts'
import { MAX_BODY_BYTES } from '../../../src/tree/link/frame.ts'
import { asNobody, filesHost, type FilesHost, makeFifo, newScene, type Scene } from './files-host.ts'

const MIB = 1024 * 1024

let scene: Scene
let host: FilesHost
beforeEach(async () => {
  scene = await newScene()
  host = await filesHost(scene)
})
const inside = (name: string) => join(scene.inside, name)
const list = async (params: object) => FileList.parse(await host.call('list', params))

describe('a listing', () => {
  test('has folders first, then names in order, and says what each thing is', async () => {
    await writeFile(inside('b.txt'), 'hello')
    await chmod(inside('b.txt'), 0o640)
    await mkdir(inside('z'))
    await chmod(inside('z'), 0o1777)
    await symlink('b.txt', inside('a-link'))
    makeFifo(inside('c-fifo'))
    const server = createServer().listen(inside('d-socket'))
    onTestFinished(() => void server.close())
    await new Promise((resolve) => server.once('listening', resolve))
    const { path, entries, total, truncated, next_offset } = await list({ path: scene.inside })
    expect({ path, total, truncated, next_offset }).toEqual({
      path: scene.inside,
      total: 5,
      truncated: false,
      next_offset: null,
    })
    expect(entries.map(({ name, type }) => [name, type])).toEqual([
      ['z', 'directory'],
      ['a-link', 'symlink'],
      ['b.txt', 'file'],
      ['c-fifo', 'fifo'],
      ['d-socket', 'socket'],
    ])
    expect(entries[0]?.mode).toBe('1777')
    expect(entries[1]?.symlink_target).toBe('b.txt')
    const owner = execFileSync('id', ['-un']).toString().trim()
    expect(entries[2]).toMatchObject({ path: inside('b.txt'), size: 5, mode: '0640', owner })
  })

  test('of 100,000 files is bounded in time, in size and in names, and can be paged to its end', async () => {
    // In memory where there is such a place: what is measured is the listing, not the disk.
    scene = await newScene(existsSync('/dev/shm') ? '/dev/shm' : undefined)
    host = await filesHost(scene)
    const folder = inside('many')
    await mkdir(folder)
    execFileSync('sh', ['-c', 'seq -f "file-%06g" 1 100000 | xargs touch'], { cwd: folder })
    const startedMs = performance.now()
    const first = await list({ path: folder })
    expect(performance.now() - startedMs).toBeLessThan(5_000)
    expect(first.total).toBe(100_000)
    expect(first.truncated).toBe(true)
    expect(first.entries.length).toBeLessThanOrEqual(1000)
    expect(first.entries[0]?.name).toBe('file-000001')
    expect(Buffer.byteLength(JSON.stringify(first))).toBeLessThan(MAX_BODY_BYTES)
    const last = await list({ path: folder, offset: 99_990, limit: 1000 })
    expect([last.entries.length, last.truncated, last.next_offset]).toEqual([10, false, null])

    const small = await filesHost(scene, { limits: { maxNames: 500 } })
    expect(await small.call('list', { path: folder, offset: 0, limit: 1000 })).toMatchObject({
      total: 500,
      truncated: true,
    })
  }, 120_000)

  test('of the longest names stays within what an answer may hold, and its pages leave nothing out', async () => {
    for (let at = 0; at < 900; at += 1) await writeFile(inside(`${'\x01'.repeat(250)}${at}`), '')
    const names: string[] = []
    for (let offset: number | null = 0; offset !== null;) {
      const page = await list({ path: scene.inside, offset })
      names.push(...page.entries.map(({ name }) => name))
      offset = page.next_offset
    }
    expect(new Set(names).size).toBe(900)
  })

  test.each([
    ['a limit that is too high', { limit: 1001 }],
    ['a limit of nothing', { limit: 0 }],
    ['a negative offset', { offset: -1 }],
  ])('with %s is refused', async (_name, page) => {
    await expect(list({ path: scene.inside, ...page })).rejects.toMatchObject({ status: 400 })
  })

  test('of a file is refused, and of what is not there', async () => {
    await writeFile(inside('a'), '')
    await expect(list({ path: inside('a') })).rejects.toMatchObject({ status: 400 })
    await expect(list({ path: inside('none') })).rejects.toMatchObject({ status: 404 })
  })
})

describe('names', () => {
  test.each([
    ['that are no UTF-8', Buffer.from('caf\xe9.txt', 'latin1'), 'caf\\xe9.txt'],
    ['that look like an escape', Buffer.from('a\\x41'), 'a\\x5cx41'],
    ['that end in blanks', Buffer.from(' a '), ' a '],
    ['in Chinese', Buffer.from('日志 (1).txt'), '日志 (1).txt'],
    ['with a line break', Buffer.from('a\nb'), 'a\nb'],
    ['of 255 bytes', Buffer.alloc(255, 'x'), 'x'.repeat(255)],
  ])('%s are shown, read, renamed and deleted by what is shown', async (_name, bytes, shown) => {
    await writeFile(Buffer.concat([Buffer.from(`${scene.inside}/`), bytes]), 'content')
    const [entry] = (await list({ path: scene.inside })).entries
    expect(entry?.name).toBe(shown)
    const path = entry?.path ?? ''
    expect((await host.content(path)).bytes.toString()).toBe('content')
    await host.call('rename', { from: path, to: inside('plain') })
    await host.call('rename', { from: inside('plain'), to: path })
    expect((await host.download({ path })).name).toBe(shown)
    await host.call('delete', { path })
    expect((await list({ path: scene.inside })).total).toBe(0)
  })
})

describe('contents', () => {
  test.each([
    ['text', Buffer.from('a 字\n'), 'utf8'],
    ['nothing', Buffer.alloc(0), 'utf8'],
    ['bytes', Buffer.from([0xff, 0xfe]), 'base64'],
    ['text with a NUL', Buffer.from('a\0b'), 'base64'],
  ])('of %s come whole, with what they are and an etag', async (_name, bytes, encoding) => {
    await writeFile(inside('f'), bytes)
    const content = await host.content(inside('f'))
    expect(content).toMatchObject({ path: inside('f'), size: bytes.length, encoding, bytes })
    expect(content.etag).toBe(((await host.call('stat', { path: inside('f') })) as { etag: string }).etag)
  })

  test('of exactly 10 MiB come, of one byte more do not', async () => {
    await writeFile(inside('f'), '')
    await truncate(inside('f'), 10 * MIB)
    expect((await host.content(inside('f'))).bytes.length).toBe(10 * MIB)
    await truncate(inside('f'), 10 * MIB + 1)
    await expect(host.content(inside('f'))).rejects.toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' })
  })

  test('of a fifo, a socket and a folder are refused at once, without being opened', async () => {
    makeFifo(inside('fifo'))
    const server = createServer().listen(inside('socket'))
    onTestFinished(() => void server.close())
    await new Promise((resolve) => server.once('listening', resolve))
    for (const name of ['fifo', 'socket', '']) {
      await expect(host.content(inside(name))).rejects.toMatchObject({ status: 400 })
      await expect(host.download({ path: inside(name) })).rejects.toMatchObject({ status: 400 })
    }
  })

  test('of a device are refused, even where devices are granted', async () => {
    const devices = await filesHost(scene, { grants: ['files:/dev'] })
    await expect(devices.download({ path: '/dev/zero' })).rejects.toMatchObject({ status: 400 })
    await expect(devices.write({ path: '/dev/null' }, 'x')).rejects.toMatchObject({ status: 400 })
  })

  test('that the operating system denies stay denied, and that is what is said', async () => {
    await writeFile(inside('secret'), 'x')
    await chmod(inside('secret'), 0o000)
    const refused = asNobody(() => host.content(inside('secret')))
    await expect(refused).rejects.toMatchObject({ status: 403, details: { errno: 'EACCES' } })
  })
})

describe('links', () => {
  test('within the allowed folders are followed for reading', async () => {
    await mkdir(inside('releases'))
    await writeFile(join(scene.reading, 'f'), 'there')
    await writeFile(inside('releases/f'), 'here')
    await symlink('releases', inside('current'))
    await symlink('../current/f', inside('releases/up'))
    await symlink(join(scene.reading, 'f'), inside('across'))
    expect((await host.content(inside('current/f'))).bytes.toString()).toBe('here')
    expect((await host.content(inside('releases/up'))).path).toBe(inside('releases/f'))
    expect((await host.content(inside('across'))).bytes.toString()).toBe('there')
    expect((await list({ path: inside('current') })).path).toBe(inside('releases'))
  })

  test('that go round in a circle end in a refusal', async () => {
    await symlink('b', inside('a'))
    await symlink('a', inside('b'))
    await expect(host.content(inside('a'))).rejects.toMatchObject({ status: 400 })
    await expect(list({ path: inside('a/x') })).rejects.toMatchObject({ status: 400 })
  })

  test('a root that is a link leads where it led when the node started', async () => {
    await mkdir(join(scene.top, 'real'))
    await writeFile(join(scene.top, 'real', 'f'), 'x')
    await symlink('real', join(scene.top, 'link'))
    const linked = await filesHost(scene, { grants: [`files:${scene.top}/link`] })
    expect((await linked.content(join(scene.top, 'link', 'f'))).bytes.toString()).toBe('x')
    expect((await linked.content(join(scene.top, 'real', 'f'))).bytes.toString()).toBe('x')
    execFileSync('ln', ['-sfn', scene.outside, join(scene.top, 'link')])
    await writeFile(join(scene.outside, 'f'), 'precious')
    expect((await linked.content(join(scene.top, 'link', 'f'))).bytes.toString()).toBe('x')
  })

  test("a second name that a user gave to root's file is neither read nor written", async () => {
    // Only root can set the scene; for anybody else the operating system refuses such a link.
    if (process.getuid?.() !== 0) return
    await writeFile(join(scene.outside, 'shadow'), 'precious', { mode: 0o600 })
    await mkdir(inside('bob'))
    await chown(inside('bob'), 65_534, 65_534)
    await link(join(scene.outside, 'shadow'), inside('bob/shadow'))
    await expect(host.content(inside('bob/shadow'))).rejects.toMatchObject({ status: 403 })
    await expect(host.write({ path: inside('bob/shadow') }, 'x')).rejects.toMatchObject({ status: 403 })
  })
})

test('the file systems of the kernel are no folders to work in, even when granted', async () => {
  const all = await filesHost(scene, { grants: ['files:/', 'files:/sys'] })
  for (const path of ['/proc/self/environ', '/proc/1/root/etc/passwd', '/proc/self/cwd', '/sys/kernel/notes']) {
    await expect(all.download({ path })).rejects.toMatchObject({ status: 403 })
  }
  expect((await all.call('list', { path: '/', limit: 1000 })) as object).toMatchObject({ path: '/' })
  await expect(all.call('list', { path: '/proc' })).rejects.toMatchObject({ status: 403 })
})

test("the node's own data is closed under every name, and stays where it is", async () => {
  const own = join(scene.top, 'node')
  const all = await filesHost(scene, {
    grants: [`files:${scene.top}`],
    ownPaths: [own, join(scene.inside, 'cortex.yaml')],
  })
  await writeFile(inside('cortex.yaml'), 'capabilities: []')
  await symlink(own, inside('link'))
  const acts = {
    listing: all.call('list', { path: own }),
    'listing by a link': all.call('list', { path: inside('link') }),
    reading: all.content(join(own, 'audit.db')),
    'reading the config': all.content(inside('cortex.yaml')),
    'writing the config': all.write({ path: inside('cortex.yaml') }, 'capabilities: [terminal]'),
    'renaming over the config': all.call('rename', { from: scene.reading, to: inside('cortex.yaml'), overwrite: true }),
    renaming: all.call('rename', { from: own, to: join(scene.top, 'elsewhere') }),
    'renaming the folder of the config': all.call('rename', { from: scene.inside, to: join(scene.top, 'elsewhere') }),
    deleting: all.call('delete', { path: own, recursive: true }),
    'deleting the folder of the config': all.call('delete', { path: scene.inside, recursive: true }),
  }
  const outcomes = await Promise.allSettled(Object.values(acts))
  const statuses = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.status : 'done'))
  expect(Object.fromEntries(Object.keys(acts).map((name, at) => [name, statuses[at]]))).toEqual(
    Object.fromEntries(Object.keys(acts).map((name) => [name, 403])),
  )
})
