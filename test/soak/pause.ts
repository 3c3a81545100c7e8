import { setTimeout as delay } from 'node:timers/promises'

/** Waits, or less when `signal` is aborted. */
export async function pause(forMs: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(forMs, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** Does it again and again, with pauses of about `everyMs` between, until `signal` is aborted. */
export async function repeat(
  everyMs: number,
  { signal, random }: { signal: AbortSignal; random: () => number },
  act: () => Promise<unknown>,
): Promise<void> {
  while (!signal.aborted) {
    await act()
    await pause(everyMs * (0.5 + random()), signal)
  }
}
