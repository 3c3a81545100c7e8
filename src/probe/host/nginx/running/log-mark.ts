import { open } from 'node:fs/promises'

const MAX_NEWS_BYTES = 262_144

/** Remembers where log files end now; what is written afterwards can be read. */
export interface LogMark {
  news(): Promise<string>
}

export async function markLogs(files: readonly string[]): Promise<LogMark> {
  const marks = new Map<string, number>()
  for (const file of files) marks.set(file, (await read(file, null)).size)
  return {
    async news() {
      const parts: string[] = []
      for (const [file, from] of marks) parts.push((await read(file, from)).text)
      return parts.join('\n')
    },
  }
}

/** A log that is not there or may not be read has no news. One that became shorter was rotated: it is read from its start. */
async function read(file: string, from: number | null): Promise<{ size: number; text: string }> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'EACCES') return null
    throw error
  })
  if (!handle) return { size: 0, text: '' }
  try {
    const stats = await handle.stat()
    if (!stats.isFile() || from === null) return { size: stats.isFile() ? stats.size : 0, text: '' }
    const start = stats.size < from ? 0 : from
    const buffer = Buffer.alloc(Math.min(stats.size - start, MAX_NEWS_BYTES))
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, start)
    return { size: stats.size, text: buffer.toString('utf8', 0, bytesRead) }
  } finally {
    await handle.close()
  }
}
