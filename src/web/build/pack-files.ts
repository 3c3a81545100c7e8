import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const brotli = promisify(brotliCompress)
const gz = promisify(gzip)
const worthItBytes = 1024
const contentTypes: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  html: 'text/html; charset=utf-8',
  woff2: 'font/woff2',
  png: 'image/png',
}

/**
 * Leaves every file compressed beside itself, and `files.json`: the list that the server goes by, so that it serves
 * nothing which is not on it (`src/api/web/web-files.ts` reads it).
 */
export function packFiles(): Plugin {
  return {
    name: 'pack-files',
    apply: 'build',
    async writeBundle({ dir = '.' }, bundle) {
      const entries = await Promise.all(Object.keys(bundle).map(async (path) => [path, await pack(dir, path)] as const))
      await writeFile(join(dir, 'files.json'), JSON.stringify(Object.fromEntries(entries.toSorted(byPath))))
    },
  }
}

const byPath = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : 1)

async function pack(dir: string, path: string) {
  const file = join(dir, path)
  const bytes = await readFile(file)
  const type = contentTypes[path.split('.').at(-1) ?? '']
  if (type === undefined) throw new Error(`${path}: what this is must be added to contentTypes`)
  const isText = !/^(image\/png|font\/)/.test(type) && !path.endsWith('.html')
  const encodings: string[] = []
  if (isText && bytes.length >= worthItBytes) {
    await writeFile(`${file}.br`, await brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }))
    await writeFile(`${file}.gz`, await gz(bytes, { level: 9 }))
    encodings.push('br', 'gzip')
  }
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
  return { type, etag, encodings }
}
