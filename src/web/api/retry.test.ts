import { expect, test, vi } from 'vitest'
import { createClient } from './client.ts'
import { isAskedAgain, pauseBeforeMs } from './retry.ts'

/** What a question throws when it is answered like this. */
async function thrown(status: number, headers: Record<string, string> = {}): Promise<unknown> {
  const fetch = vi.fn(async () => new Response('{"error":"no","code":"NO"}', { status, headers }))
  const session = { current: () => null, signOut: () => undefined }
  return createClient({ session, language: () => 'en', fetch })
    .get('/api/x')
    .catch((error: unknown) => error)
}

test.each([
  [429, 5, true],
  [429, 6, false],
  [503, 1, true],
  [503, 2, false],
  [403, 0, false],
  [404, 0, false],
])('%d after %d failures: asked again %s', async (status, failures, again) => {
  expect(isAskedAgain(failures, await thrown(status))).toBe(again)
})

test('it waits as long as the server asks, within reason, else longer each time', async () => {
  expect(pauseBeforeMs(0, await thrown(429, { 'retry-after': '1' }))).toBe(1_000)
  expect(pauseBeforeMs(0, await thrown(429, { 'retry-after': '3600' }))).toBe(30_000)
  expect([0, 1, 2].map((failures) => pauseBeforeMs(failures, new Error('cut')))).toEqual([1_000, 2_000, 4_000])
})
