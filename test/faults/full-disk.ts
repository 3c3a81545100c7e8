import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A small disk that a test can fill. */
export interface SmallDisk {
  folder: string
  /** Nothing more can be written; `pid` is the process that has to feel it. */
  fill(pid: number): void
  /** There is space again. */
  clear(pid: number): void
  close(): void
}

const blockBytes = 4096

/**
 * A file system of its own in memory, where this user may mount one. Elsewhere a folder in which the process meets a limit
 * on the size of its files: the system refuses its writes in the same place.
 */
export function openSmallDisk({ sizeMiB = 4 } = {}): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'cortex-small-disk-'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMiB}m,mode=700`, 'tmpfs', folder])
  return mounted.status === 0 ? mountedDisk(folder) : limitedFolder(folder)
}

function mountedDisk(folder: string): SmallDisk {
  const filler = join(folder, 'filler')
  return {
    folder,
    fill() {
      for (const bytes of [blockBytes * 64, blockBytes, 1]) fillWith(filler, bytes)
    },
    clear: () => rmSync(filler, { force: true }),
    close() {
      execFileSync('umount', ['-l', folder])
      rmSync(folder, { recursive: true })
    },
  }
}

/** Appends pieces of so many bytes until the disk takes no more. */
function fillWith(file: string, bytes: number): void {
  const piece = Buffer.alloc(bytes, 1)
  for (;;) {
    try {
      writeFileSync(file, piece, { flag: 'a' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      return
    }
  }
}

function limitedFolder(folder: string): SmallDisk {
  const limit = (pid: number, bytes: string): void =>
    void execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`])
  return {
    folder,
    fill: (pid) => limit(pid, '1'),
    clear: (pid) => limit(pid, 'unlimited'),
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}
