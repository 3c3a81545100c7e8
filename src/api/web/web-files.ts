import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const Listing = z.record(
  z.string(),
  z.object({ type: z.string(), etag: z.string(), encodings: z.array(z.enum(['br', 'gzip'])) }),
)
type Listing = z.infer<typeof Listing>
export type Encoding = 'br' | 'gzip'

const suffixes: Record<Encoding, string> = { br: '.br', gzip: '.gz' }

/** The built dashboard. */
export interface WebFiles {
  /** A file by its path below the folder; null when the build made none of that name. */
  find(
    path: string,
  ): Promise<(Listing[string] & { read(encoding: Encoding | null): Promise<Uint8Array<ArrayBuffer>> }) | null>
  /** The page that all client routes start from; null when the dashboard was not built. */
  page(): Promise<string | null>
}

/** Where a build leaves the dashboard: beside the bundle in an installed package, in `dist/web` of a checkout. */
export function webFolder(from: string = import.meta.dirname): string {
  const beside = join(from, 'web')
  return existsSync(join(beside, 'files.json')) ? beside : join(from, '../../../dist/web')
}

/** Reads the list of files when it is first asked, not at the start of a node; only what is on it can be had. */
export function openWebFiles(folder: string): WebFiles {
  let opened: Promise<{ listing: Listing; page: string }> | null = null

  async function open(): Promise<{ listing: Listing; page: string } | null> {
    opened ??= (async () => {
      const listing = Listing.parse(JSON.parse(await readFile(join(folder, 'files.json'), 'utf8')))
      return { listing, page: await readFile(join(folder, 'index.html'), 'utf8') }
    })()
    try {
      return await opened
    } catch (error) {
      // It may be built while the node runs: the next one looks again.
      opened = null
      if (isMissing(error)) return null
      throw error
    }
  }

  return {
    async find(path) {
      const build = await open()
      const entry = build && Object.hasOwn(build.listing, path) ? build.listing[path] : undefined
      if (!entry) return null
      return {
        ...entry,
        read: async (encoding) =>
          new Uint8Array(await readFile(join(folder, path) + (encoding === null ? '' : suffixes[encoding]))),
      }
    },
    page: async () => (await open())?.page ?? null,
  }
}

const isMissing = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT'
