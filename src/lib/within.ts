export type InTime<T> = { inTime: true; value: T } | { inTime: false }

/**
 * Waits for a promise, but no longer than `timeoutMs`. Says whether it came in time; rejects when it rejects in time.
 * What comes later, result or error, is nobody's any more.
 */
export async function within<T>(promise: Promise<T>, timeoutMs: number): Promise<InTime<T>> {
  const late = Promise.withResolvers<InTime<T>>()
  const timer = setTimeout(() => late.resolve({ inTime: false }), timeoutMs)
  try {
    return await Promise.race([promise.then((value) => ({ inTime: true as const, value })), late.promise])
  } finally {
    clearTimeout(timer)
  }
}
