export interface Gatherer<Item, Result> {
  /** Resolves with the item's own result once the batch it went into is done. */
  add(item: Item): Promise<Result>
  /** Waits until nothing is queued or under way. */
  idle(): Promise<void>
}

interface Waiting<Item, Result> {
  item: Item
  resolve: (result: Result) => void
  reject: (error: unknown) => void
}

/**
 * Gathers what arrives while a batch is under way into the next one, so that the cost of a commit is shared exactly
 * when there is load and nobody waits when there is none. `run` gets 1 to `maxItems` items and answers in their order.
 * When a batch of several fails, each item is run alone, so that one bad item spoils none; with `oneFate` no item can be the
 * bad one, and all of them fail with the batch.
 * `add` rejects with `overloaded()` when more than `maxWaiting` items wait.
 */
export function createGatherer<Item, Result>(options: {
  run: (items: Item[]) => Promise<Result[]>
  maxItems: number
  maxWaiting: number
  overloaded: () => Error
  oneFate?: boolean
}): Gatherer<Item, Result> {
  const { run, maxItems, maxWaiting, overloaded, oneFate = false } = options
  let waiting: Array<Waiting<Item, Result>> = []
  let busy: Promise<void> | null = null

  async function settle(batch: Array<Waiting<Item, Result>>): Promise<void> {
    try {
      const results = await run(batch.map((w) => w.item))
      batch.forEach((w, i) => w.resolve(results[i] as Result))
    } catch (error) {
      if (oneFate || batch.length === 1) for (const one of batch) one.reject(error)
      else for (const one of batch) await settle([one])
    }
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, maxItems)
      waiting = waiting.slice(maxItems)
      await settle(batch)
    }
    busy = null
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        if (waiting.length >= maxWaiting) {
          reject(overloaded())
          return
        }
        waiting.push({ item, resolve, reject })
        // One turn of the event loop lets requests that arrived together share the first batch too.
        busy ??= new Promise<void>((next) => setImmediate(next)).then(drain)
      }),
    idle: () => busy ?? Promise.resolve(),
  }
}
