import { setImmediate } from 'node:timers/promises'

/** Called between small steps of a long reading: lets everybody else run whenever `sliceMs` have gone by. */
export function createBreather(monotonicMs: () => number, sliceMs: number): () => Promise<void> {
  let since = monotonicMs()
  return async () => {
    if (monotonicMs() - since < sliceMs) return
    await setImmediate()
    since = monotonicMs()
  }
}
