import { setTimeout as delay } from 'node:timers/promises'
import { printable } from '../printable.ts'

const pollMs = 100

/** Something that should have happened did not, in the time it had. */
class Waited extends Error {
  constructor(what: string, timeoutMs: number, because = '') {
    super(`not within ${timeoutMs / 1000} s: ${what}${because ? ` (${because})` : ''}`)
    this.name = 'Waited'
  }
}

/**
 * Asks again until there is an answer; a question that fails meanwhile is only told when the time is over. Throws Waited,
 * and at once when `signal` is aborted.
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false>,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<T> {
  const endsAt = performance.now() + timeoutMs
  for (;;) {
    signal.throwIfAborted()
    let because = ''
    try {
      const answer = await ask()
      if (answer !== null && answer !== undefined && answer !== false) return answer
    } catch (error) {
      because = printable(error instanceof Error ? error.message : String(error))
    }
    if (performance.now() >= endsAt) throw new Waited(what, timeoutMs, because)
    await delay(pollMs)
  }
}
