import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const folderPrefix = 'cortex-demo-'

/** The folder that everything of one demo is in. */
export interface Workspace {
  folder: string
  /** Ends what still works in it and removes it. May be called any number of times. */
  remove(): Promise<void>
}

/**
 * Makes a fresh folder and starts its caretaker, a process that clears everything away when this one is gone, even by
 * SIGKILL: it sees its input close.
 */
export async function openWorkspace(program: readonly string[]): Promise<Workspace> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), folderPrefix)))
  // PostgreSQL runs as another user when we are root, and has to pass through.
  chmodSync(folder, 0o711)
  const [runtime = '', ...script] = program
  const caretaker = spawn(runtime, [...script, 'demo-cleanup', folder], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  const ended = once(caretaker, 'exit')
  await once(caretaker, 'spawn')
  // A caretaker that was killed: its end is what `remove` waits for, not this write.
  caretaker.stdin.on('error', () => undefined)
  return {
    folder,
    async remove() {
      caretaker.stdin.end()
      await ended
    },
  }
}
