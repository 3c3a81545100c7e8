import type { Failure, Outcome } from '../../api/client.ts'

const atOnce = 3
const mostTries = 8
const usualWaitS = 1

export interface Handled<Item> {
  done: readonly Item[]
  refused: ReadonlyArray<{ item: Item; failure: Failure }>
}

/**
 * Does the same with many things, a few at a time, and tells after each how many are through. What is asked too quickly
 * (429) waits as long as the server says and is tried again; every other refusal is kept in its own words.
 */
export async function handleAll<Item>(
  items: readonly Item[],
  parts: {
    act: (item: Item) => Promise<Outcome<unknown>>
    wait: (seconds: number) => Promise<void>
    onProgress: (through: number) => void
  },
): Promise<Handled<Item>> {
  const done: Item[] = []
  const refused: Array<{ item: Item; failure: Failure }> = []
  let next = 0

  async function one(item: Item): Promise<void> {
    for (let tries = 1; ; tries++) {
      const outcome = await parts.act(item)
      if (outcome.ok) return void done.push(item)
      const { failure } = outcome
      if (failure.status !== 429 || tries === mostTries) return void refused.push({ item, failure })
      await parts.wait(failure.retryAfterS ?? usualWaitS)
    }
  }
  async function work(): Promise<void> {
    for (let item = items[next++]; item !== undefined; item = items[next++]) {
      await one(item)
      parts.onProgress(done.length + refused.length)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return { done, refused }
}
