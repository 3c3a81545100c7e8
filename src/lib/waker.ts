/** Lets one loop sleep until somebody has work for it. */
export interface Waker {
  wake(): void
  /** Returns after `maxMs`, or at once when `wake` was called since the last wait. */
  wait(maxMs: number): Promise<void>
}

export function createWaker(): Waker {
  let awake = false
  let release: (() => void) | undefined
  return {
    wake() {
      awake = true
      release?.()
    },
    async wait(maxMs) {
      if (!awake) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, maxMs)
          release = () => {
            clearTimeout(timer)
            resolve()
          }
        })
        release = undefined
      }
      awake = false
    },
  }
}
