import { createHash } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { chmod, chown, link, mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { beforeEach, describe, expect, test } from 'vitest'
import { asNobody, filesHost, type FilesHost, makeFifo, newScene, type Scene } from './files-host.ts'

let scene: Scene
let host: FilesHost
beforeEach(async () => {
  scene = await newScene()
  host = await filesHost(scene, { limits: { stallTimeoutMs: 300 } })
})
const inside = (name: string) => join(scene.inside, name)
const names = () => readdir(scene.inside)
const modeOf = async (path: string) => ((await stat(path)).mode & 0o7777).toString(8)
const isRoot = process.getuid?.() === 0

describe('an upload', () => {
  test('makes a file, says its checksum, and leaves nothing else behind', async () => {
    const bytes = Buffer.alloc(1_000_000, 'ab')
    const written = await host.upload({ path: inside('f'), size: bytes.length }, bytes)
    expect(written).toMatchObject({
      path: inside('f'),
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })
    expect(await readFile(inside('f'))).toEqual(bytes)
    expect(await names()).toEqual(['f'])
    expect((await host.content(inside('f'))).etag).toBe(written.etag)
  })

  test('of nothing makes an empty file', async () => {
    expect((await host.upload({ path: inside('f'), size: 0 }, '')).size).toBe(0)
    expect((await stat(inside('f'))).size).toBe(0)
  })

  test('gives a new file 0644 less what the umask forbids', async () => {
    const before = process.umask(0o027)
    try {
      await host.upload({ path: inside('f') }, 'x')
    } finally {
      process.umask(before)
    }
    expect(await modeOf(inside('f'))).toBe('640')
  })

  test('keeps owner, group and mode of the file that it replaces, but no right to act as its owner', async () => {
    await writeFile(inside('f'), 'old')
    if (isRoot) await chown(inside('f'), 65_534, 65_534)
    const { uid, gid } = await stat(inside('f'))
    await chmod(inside('f'), 0o4751)
    await host.upload({ path: inside('f') }, 'new')
    expect(await stat(inside('f'))).toMatchObject({ uid, gid })
    expect(await modeOf(inside('f'))).toBe('751')
  })

  test('is refused when the owner cannot be kept, and nothing is changed', async () => {
    // Only root can make a file of somebody else.
    if (!isRoot) return
    await chmod(scene.inside, 0o777)
    await writeFile(inside('f'), 'old', { mode: 0o666 })
    const refused = asNobody(() => host.upload({ path: inside('f') }, 'new'))
    await expect(refused).rejects.toMatchObject({ status: 403 })
    expect(await readFile(inside('f'), 'utf8')).toBe('old')
    expect(await names()).toEqual(['f'])
  })

  test('leaves the other names of a replaced file alone', async () => {
    await writeFile(join(scene.outside, 'precious'), 'precious')
    await link(join(scene.outside, 'precious'), inside('f'))
    await host.upload({ path: inside('f') }, 'new')
    expect(await readFile(join(scene.outside, 'precious'), 'utf8')).toBe('precious')
  })

  test('that breaks off changes nothing', async () => {
    await writeFile(inside('f'), 'old')
    const stream = host.open('upload', { path: inside('f') })
    await stream.write(Buffer.from('half of the ne'))
    await expect.poll(names).toHaveLength(2)
    stream.reset(new Error('the browser went away'))
    await expect.poll(names).toEqual(['f'])
    expect(await readFile(inside('f'), 'utf8')).toBe('old')
  })

  test('that stalls is given up after its time, and changes nothing', async () => {
    const stream = host.open('upload', { path: inside('f') })
    await stream.write(Buffer.from('half'))
    await expect(stream.read()).rejects.toMatchObject({ status: 504 })
    expect(await names()).toEqual([])
  })

  test('clears away what a killed node left of an upload long ago, and nothing younger', async () => {
    const [left, running] = ['.cortex-0123456789abcdef.part', '.cortex-fedcba9876543210.part']
    for (const part of [left, running]) await writeFile(inside(part), 'half')
    await utimes(inside(left), new Date(0), new Date(0))
    await host.upload({ path: inside('f') }, 'x')
    expect((await names()).sort()).toEqual([running, 'f'])
  })

  test.each([
    ['fewer', 'ab'],
    ['more', 'abcd'],
  ])('with %s bytes than announced is refused and changes nothing', async (_name, bytes) => {
    await expect(host.upload({ path: inside('f'), size: 3 }, bytes)).rejects.toMatchObject({ status: 400 })
    expect(await names()).toEqual([])
  })

  test('beyond the limit is refused and leaves nothing behind', async () => {
    const small = await filesHost(scene, { limits: { maxUploadBytes: 100 } })
    await expect(small.upload({ path: inside('f') }, 'x'.repeat(101))).rejects.toMatchObject({ status: 413 })
    expect(await names()).toEqual([])
  })

  test('onto a folder, a fifo or a link is refused', async () => {
    await mkdir(inside('folder'))
    makeFifo(inside('fifo'))
    await symlink('elsewhere', inside('link'))
    await expect(host.upload({ path: inside('folder') }, 'x')).rejects.toMatchObject({ status: 400 })
    await expect(host.upload({ path: inside('fifo') }, 'x')).rejects.toMatchObject({ status: 400 })
    await expect(host.upload({ path: inside('link') }, 'x')).rejects.toMatchObject({ status: 403 })
    expect((await names()).sort()).toEqual(['fifo', 'folder', 'link'])
  })

  test('into a folder that is not there is refused', async () => {
    await expect(host.upload({ path: inside('none/f') }, 'x')).rejects.toMatchObject({ status: 404 })
  })

  test('readers see the old file or the whole new one, never a part', async () => {
    const versions = ['a', 'b'].map((letter) => letter.repeat(300_000))
    await writeFile(inside('f'), versions[0] ?? '')
    let writing = true
    const writer = (async () => {
      for (let at = 1; at <= 20; at += 1) await host.upload({ path: inside('f') }, versions[at % 2] ?? '')
      writing = false
    })()
    let readings = 0
    while (writing) {
      expect(versions.includes(await readFile(inside('f'), 'utf8'))).toBe(true)
      readings += 1
      await delay(1)
    }
    await writer
    expect(readings).toBeGreaterThan(3)
  })
})

describe('writing with an etag', () => {
  test('replaces the state that the writer knows, and no other', async () => {
    await writeFile(inside('f'), 'one')
    const { etag } = await host.content(inside('f'))
    const second = await host.write({ path: inside('f'), etag }, 'two')
    await expect(host.write({ path: inside('f'), etag }, 'lost')).rejects.toMatchObject({ status: 409 })
    await host.write({ path: inside('f'), etag: second.etag }, 'three')
    expect(await readFile(inside('f'), 'utf8')).toBe('three')
  })

  test('of a file that is gone is refused', async () => {
    await expect(host.write({ path: inside('f'), etag: 'x' }, 'x')).rejects.toMatchObject({ status: 409 })
    expect(await names()).toEqual([])
  })

  test('sees a change of the same length', async () => {
    await writeFile(inside('f'), 'one')
    const { etag } = await host.content(inside('f'))
    await delay(20)
    await writeFile(inside('f'), 'two')
    await expect(host.write({ path: inside('f'), etag }, 'x')).rejects.toMatchObject({ status: 409 })
  })

  test('of ten writers that know the same state, one wins', async () => {
    await writeFile(inside('f'), 'old')
    const { etag } = await host.content(inside('f'))
    const writers = Array.from({ length: 10 }, (_, at) => host.write({ path: inside('f'), etag }, `writer ${at}`))
    const outcomes = await Promise.allSettled(writers)
    const won = outcomes.flatMap((outcome, at) => (outcome.status === 'fulfilled' ? [at] : []))
    expect(won).toHaveLength(1)
    expect(await readFile(inside('f'), 'utf8')).toBe(`writer ${won[0]}`)
    expect(outcomes.filter((each) => each.status === 'rejected').map((each) => each.reason.status)).toEqual(
      Array.from({ length: 9 }, () => 409),
    )
  })

  test('without overwriting makes a file once', async () => {
    await host.write({ path: inside('f'), overwrite: false }, 'one')
    await expect(host.write({ path: inside('f'), overwrite: false }, 'two')).rejects.toMatchObject({ status: 409 })
  })

  test('takes at most 10 MiB', async () => {
    const tooMuch = Buffer.alloc(10 * 1024 * 1024 + 1)
    await expect(host.write({ path: inside('f') }, tooMuch)).rejects.toMatchObject({ status: 413 })
  })
})

describe('folders', () => {
  test('are made one at a time, or all on the way when asked for', async () => {
    expect(await host.call('mkdir', { path: inside('a') })).toMatchObject({ type: 'directory', mode: '0755' })
    await expect(host.call('mkdir', { path: inside('a') })).rejects.toMatchObject({ status: 409 })
    await expect(host.call('mkdir', { path: inside('b/c/d') })).rejects.toMatchObject({ status: 404 })
    await host.call('mkdir', { path: inside('b/c/d'), parents: true })
    await host.call('mkdir', { path: inside('b/c/d'), parents: true })
    expect((await stat(inside('b/c/d'))).isDirectory()).toBe(true)
  })

  test('are deleted when empty, or with all in them when asked for, and links in them are not followed', async () => {
    await mkdir(inside('a/b'), { recursive: true })
    await writeFile(inside('a/b/f'), 'x')
    await writeFile(join(scene.outside, 'precious'), 'x')
    await symlink(scene.outside, inside('a/link'))
    await expect(host.call('delete', { path: inside('a') })).rejects.toMatchObject({ status: 409 })
    expect(await host.call('delete', { path: inside('a'), recursive: true })).toEqual({ path: inside('a'), deleted: 4 })
    expect(await readdir(scene.outside)).toEqual(['precious'])
    await mkdir(inside('empty'))
    expect(await host.call('delete', { path: inside('empty') })).toMatchObject({ deleted: 1 })
  })

  test('nested too deep to be held are refused, not half followed', async () => {
    let folder = inside('deep')
    for (let depth = 0; depth < 300; depth += 1) folder = join(folder, 'd')
    execFileSync('mkdir', ['-p', folder])
    await expect(host.call('delete', { path: inside('deep'), recursive: true })).rejects.toMatchObject({ status: 409 })
  })
})

describe('renaming', () => {
  test('moves files, folders and links themselves', async () => {
    await mkdir(inside('folder'))
    await writeFile(inside('f'), 'x')
    await symlink('/etc/passwd', inside('link'))
    expect(await host.call('rename', { from: inside('f'), to: inside('folder/g') })).toMatchObject({
      name: 'g',
      size: 1,
    })
    expect(await host.call('rename', { from: inside('link'), to: inside('folder/l') })).toMatchObject({
      type: 'symlink',
    })
    await host.call('rename', { from: inside('folder'), to: inside('moved') })
    expect((await readdir(inside('moved'))).sort()).toEqual(['g', 'l'])
  })

  test('does not replace what is there, unless asked to', async () => {
    await writeFile(inside('a'), 'a')
    await writeFile(inside('b'), 'b')
    await expect(host.call('rename', { from: inside('a'), to: inside('b') })).rejects.toMatchObject({ status: 409 })
    await host.call('rename', { from: inside('a'), to: inside('b'), overwrite: true })
    expect(await readFile(inside('b'), 'utf8')).toBe('a')
  })

  test('of a folder into itself, of what is not there, and onto a full folder is refused', async () => {
    await mkdir(inside('a/b'), { recursive: true })
    await mkdir(inside('c'))
    const rename = (from: string, to: string) =>
      host.call('rename', { from: inside(from), to: inside(to), overwrite: true })
    await expect(rename('a', 'a/b/c')).rejects.toMatchObject({ status: 400 })
    await expect(rename('none', 'x')).rejects.toMatchObject({ status: 404 })
    await expect(rename('c', 'a')).rejects.toMatchObject({ status: 409 })
  })
})

describe('who did it', () => {
  const entries = () => host.audit.after(0, 100).map(({ action, target, actor }) => ({ action, target, actor }))

  test('stands in the log before and, when it failed, after', async () => {
    await host.upload({ path: inside('f') }, 'x')
    await expect(host.call('delete', { path: inside('none') })).rejects.toThrow()
    expect(entries()).toEqual([
      { action: 'files.upload', target: inside('f'), actor: 'ann@root' },
      { action: 'files.delete', target: inside('none'), actor: 'ann@root' },
      { action: 'files.delete.failed', target: inside('none'), actor: 'ann@root' },
    ])
  })

  test('a node without the capability refuses everything, and says which one is missing', async () => {
    const closed = await filesHost(scene, { grants: ['terminal'] })
    const missing = { status: 403, details: { capability: 'files' } }
    await expect(closed.call('list', { path: scene.inside })).rejects.toMatchObject(missing)
    await expect(closed.download({ path: inside('f') })).rejects.toMatchObject(missing)
    await expect(closed.upload({ path: inside('f') }, 'x')).rejects.toMatchObject(missing)
    expect(entries().map(({ action }) => action)).toEqual([
      'files.list.refused',
      'files.download.refused',
      'files.upload.refused',
    ])
  })
})
