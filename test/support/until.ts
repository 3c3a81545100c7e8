const pauseMs = 25

/**
 * Asks again until the answer is neither false, null nor undefined, and gives it. What the question throws counts as "not
 * yet". Fails after `timeoutMs`, saying what was waited for and what came last.
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | false | null | undefined> | T | false | null | undefined,
  timeoutMs = 30_000,
): Promise<T> {
  const endMs = performance.now() + timeoutMs
  let last: unknown
  for (;;) {
    try {
      const answer = await ask()
      if (answer !== false && answer !== null && answer !== undefined) return answer
      last = answer
    } catch (error) {
      last = error
    }
    if (performance.now() > endMs) throw new Error(`not within ${timeoutMs} ms: ${what}`, { cause: last })
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}
