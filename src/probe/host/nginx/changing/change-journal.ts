import { open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { FileState } from './file-state.ts'

/** One name of a change that is under way: what stood there, and what shall. */
export interface JournalEntry {
  name: string
  before: FileState
  after: FileState
}

/** The one change that is under way, on disk before the first file is touched and gone when all is well. */
export interface ChangeJournal {
  write(entries: readonly JournalEntry[]): Promise<void>
  /** Null when no change was interrupted. Throws when the journal is damaged: then only a person can say. */
  read(): Promise<JournalEntry[] | null>
  clear(): Promise<void>
}

const Ownership = z.object({ mode: z.number().int(), uid: z.number().int(), gid: z.number().int() })
const State = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('absent') }),
  z.object({ kind: z.literal('link'), target: z.string() }),
  z.object({
    kind: z.literal('file'),
    content: z.base64().transform((text): Uint8Array => Buffer.from(text, 'base64')),
    owned: Ownership.optional(),
  }),
])
const Journal = z.object({ entries: z.array(z.object({ name: z.string(), before: State, after: State })) })

const written = (state: FileState): object =>
  state.kind === 'file' ? { ...state, content: Buffer.from(state.content).toString('base64') } : state

export function createChangeJournal(file: string): ChangeJournal {
  async function syncFolder(): Promise<void> {
    const folder = await open(dirname(file), 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  }

  return {
    async write(entries) {
      const text = JSON.stringify({
        entries: entries.map(({ name, before, after }) => ({ name, before: written(before), after: written(after) })),
      })
      const handle = await open(`${file}.new`, 'w', 0o600)
      try {
        await handle.writeFile(text)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(`${file}.new`, file)
      await syncFolder()
    },
    async read() {
      const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null
        throw error
      })
      return text === null ? null : Journal.parse(JSON.parse(text)).entries
    },
    async clear() {
      await rm(file, { force: true })
      await syncFolder()
    },
  }
}
