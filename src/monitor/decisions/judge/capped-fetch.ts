export interface CappedFetch {
  fetch: typeof globalThis.fetch
  /** Whether an answer was cut off because it was longer than the cap. */
  overflowed(): boolean
}

/**
 * `fetch` for one call of a model: reads at most `maxBytes` of an answer, and forbids a retry that the server wants
 * later than `remainingMs()`, so that a hopeless call ends at once. Rejects as fetch does.
 */
export function createCappedFetch(options: {
  maxBytes: number
  remainingMs: () => number
  clock: () => number
}): CappedFetch {
  const { maxBytes, remainingMs, clock } = options
  let overflow = false
  return {
    overflowed: () => overflow,
    async fetch(input, init) {
      const answer = await fetch(input, init)
      const body = await readAtMost(answer, maxBytes)
      if (body === null) {
        overflow = true
        return new Response(null, { status: 413, headers: { 'x-should-retry': 'false' } })
      }
      const headers = new Headers(answer.headers)
      if ((retryAfterMs(headers, clock) ?? 0) >= Math.min(remainingMs(), longestRetryMs))
        headers.set('x-should-retry', 'false')
      return new Response(body.byteLength === 0 ? null : body, { status: answer.status, headers })
    },
  }
}

/** A longer `Retry-After` is one that the SDK would not keep. */
const longestRetryMs = 60_000

/** Milliseconds that the server asks to wait; null when it says nothing that can be read. */
export function retryAfterMs(headers: Headers, clock: () => number): number | null {
  const milliseconds = Number.parseFloat(headers.get('retry-after-ms') ?? '')
  if (Number.isFinite(milliseconds)) return milliseconds
  const text = headers.get('retry-after')
  if (text === null) return null
  const seconds = Number.parseFloat(text)
  if (Number.isFinite(seconds)) return seconds * 1000
  const date = Date.parse(text)
  return Number.isNaN(date) ? null : date - clock()
}

async function readAtMost(answer: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | null> {
  if (answer.body === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of answer.body) {
    size += chunk.byteLength
    // Leaving the loop cancels the rest of the body.
    if (size > maxBytes) return null
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}
