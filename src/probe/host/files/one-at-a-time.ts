/** Runs what concerns the same thing one after another, in the order asked. */
export interface OneAtATime {
  run<T>(key: string, act: () => Promise<T>): Promise<T>
}

export function createOneAtATime(): OneAtATime {
  const last = new Map<string, Promise<void>>()
  return {
    async run(key, act) {
      const before = last.get(key)
      const turn = Promise.withResolvers<void>()
      last.set(key, turn.promise)
      await before
      try {
        return await act()
      } finally {
        turn.resolve()
        if (last.get(key) === turn.promise) last.delete(key)
      }
    },
  }
}
