/** What the top of a chain is asked to measure. */
export interface PipeOrder {
  hops: number
  calls: number
  bytes: number
}
export interface PipeResult {
  roundTripsMs: number[]
  pourMs: number
}

/** One question after the other; how long each took. */
export async function timeRoundTrips(count: number, ask: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    const beganAt = performance.now()
    await ask()
    times.push(performance.now() - beganAt)
  }
  return times
}
