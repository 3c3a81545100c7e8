import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { unpack } from './unpack.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unpack-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

interface Entry {
  path: string
  type?: string
  content?: string
  mode?: number
  link?: string
}

/** One entry of a tar, as tar itself writes it. */
function entry({ path, type = '0', content = '', mode = 0o644, link = '' }: Entry): Buffer {
  const header = Buffer.alloc(512)
  header.write(path, 0, 'utf8')
  header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100)
  header.write(`${Buffer.byteLength(content).toString(8).padStart(11, '0')}\0`, 124)
  header.write(type, 156)
  header.write(link, 157)
  header.write('ustar\x0000', 257, 'latin1')
  header.fill(0x20, 148, 156)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  const body = Buffer.from(content)
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)])
}

const packed = (...entries: Entry[]) => gzipSync(Buffer.concat([...entries.map(entry), Buffer.alloc(1024)]))
const pax = (path: string): Entry => {
  const line = ` path=${path}\n`
  const length = line.length + String(line.length + 2).length
  return { path: 'PaxHeader', type: 'x', content: `${length}${line}` }
}

test('files and folders below package are there, in full, with the right to be run', async () => {
  const long = `package/${'deep/'.repeat(30)}file.txt`
  await unpack(
    packed(
      { path: 'package/dist', type: '5' },
      { path: 'package/dist/main.js', content: 'x'.repeat(100_000) },
      { path: 'package/src/launch.cjs', content: '', mode: 0o755 },
      pax(long),
      { path: 'cut-off', content: '中文' },
    ),
    folder,
  )
  expect(readFileSync(join(folder, 'dist/main.js'), 'utf8')).toHaveLength(100_000)
  expect(statSync(join(folder, 'src/launch.cjs')).mode & 0o111).not.toBe(0)
  expect(statSync(join(folder, 'dist/main.js')).mode & 0o111).toBe(0)
  expect(readFileSync(join(folder, long.slice('package/'.length)), 'utf8')).toBe('中文')
})

test.each<[string, Entry[]]>([
  ['a path with ..', [{ path: 'package/../../evil', content: 'x' }]],
  ['a path with .. at its end', [{ path: 'package/..', type: '5' }]],
  ['an absolute path', [{ path: '/tmp/evil', content: 'x' }]],
  ['a path beside package', [{ path: 'package-evil/x', content: 'x' }]],
  ['a long path with ..', [pax('package/a/../../../evil'), { path: 'package/ok', content: 'x' }]],
  ['a symlink', [{ path: 'package/link', type: '2', link: '/etc' }]],
  [
    'a file through a symlink',
    [
      { path: 'package/link', type: '2', link: '..' },
      { path: 'package/link/evil', content: 'x' },
    ],
  ],
  ['a hard link', [{ path: 'package/link', type: '1', link: 'package/a' }]],
  ['a device', [{ path: 'package/null', type: '3' }]],
  ['a pipe', [{ path: 'package/pipe', type: '6' }]],
  [
    'the same path twice',
    [
      { path: 'package/a', content: '1' },
      { path: 'package/a', content: '2' },
    ],
  ],
  [
    'a file as a folder',
    [
      { path: 'package/a', content: '1' },
      { path: 'package/a/b', content: '2' },
    ],
  ],
])('%s is refused, and nothing stands outside', async (_what, entries) => {
  await expect(unpack(packed(...entries), join(folder))).rejects.toMatchObject({ code: 'UPGRADE_REFUSED' })
  expect(existsSync(join(folder, '../evil'))).toBe(false)
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).isFile()).toBe(true)
})

test.each([
  ['what is no gzip', Buffer.from('no gzip at all')],
  ['what is no tar', gzipSync(Buffer.alloc(2048, 'x'))],
  ['what is cut off', gzipSync(entry({ path: 'package/a', content: 'x'.repeat(5000) }).subarray(0, 2048))],
  ['what has no end', gzipSync(entry({ path: 'package/a', content: 'x' }))],
])('%s is refused', async (_what, bytes) => {
  await expect(unpack(bytes, folder)).rejects.toMatchObject({ code: 'UPGRADE_REFUSED' })
})

test('a header that announces more than an entry may have is refused before it is read', async () => {
  const header = entry({ path: 'package/a' })
  header.write('77777777777\0', 124)
  header.fill(0x20, 148, 156)
  header.write(
    `${header
      .subarray(0, 512)
      .reduce((total, byte) => total + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  )
  await expect(unpack(gzipSync(header), folder)).rejects.toMatchObject({ code: 'UPGRADE_REFUSED' })
})
