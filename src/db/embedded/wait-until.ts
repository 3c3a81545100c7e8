import { setTimeout as sleep } from 'node:timers/promises'

/** Asks every `pollMs` until the answer is true or `timeoutMs` have passed; says which of the two it was. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  { timeoutMs, pollMs = 10 }: { timeoutMs: number; pollMs?: number },
): Promise<boolean> {
  const endsAt = performance.now() + timeoutMs
  while (!(await condition())) {
    if (performance.now() >= endsAt) return false
    await sleep(pollMs)
  }
  return true
}
