import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 20

/**
 * Ends every process of a group: SIGTERM, then SIGKILL to what is still there after `killAfterMs`. Resolves when the group
 * is gone or has been killed; a group that is gone already is fine.
 */
export async function endGroup(groupId: number, { killAfterMs }: { killAfterMs: number }): Promise<void> {
  if (!signalGroup(groupId, 'SIGTERM')) return
  const deadline = performance.now() + killAfterMs
  while (performance.now() < deadline) {
    await delay(POLL_MS)
    if (!signalGroup(groupId, 0)) return
  }
  signalGroup(groupId, 'SIGKILL')
}

/** Sends a signal to a whole group; false when no process of it is left. */
function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-groupId, signal)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ESRCH') return false
    // It lives but belongs to another user (a setuid program): the caller's bound decides.
    if (code === 'EPERM') return true
    throw error
  }
}
