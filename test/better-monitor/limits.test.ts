import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Site, expectPlainError, startSite } from './site.ts'

let site: Site
beforeAll(async () => {
  // An empty variable counts as not set: the limits are those that the description names.
  site = await startSite({ CORTEX_RATE_LIMITS_LOGIN_PER_MINUTE: '', CORTEX_RATE_LIMITS_REGISTER_PER_MINUTE: '' })
})
afterAll(() => site?.close())

test.each([
  ['/auth/login', 5, { username: 'nobody', password: 'wrong-password' }, 401],
  ['/auth/register', 3, { username: 'nobody', password: 'password-of-nobody' }, 403],
] as const)(
  '%s takes %d requests a minute from one address, and says how long to wait',
  async (path, limit, body, status) => {
    for (let count = 1; count <= limit; count++) {
      const answer = await site.anonymous.post(path, body)
      expect(answer, JSON.stringify(answer.body)).toMatchObject({ status })
      expect(answer.headers.get('x-ratelimit-limit')).toBe(String(limit))
      expect(answer.headers.get('x-ratelimit-remaining')).toBe(String(limit - count))
    }
    const refused = await site.anonymous.post(path, body)
    expectPlainError(refused, 429, 'RATE_LIMITED')
    const waitS = Number(refused.headers.get('retry-after'))
    expect(waitS).toBeGreaterThan(0)
    expect(waitS).toBeLessThanOrEqual(60)
    // Somebody who is in already is not held up by it.
    expect((await site.admin.get('/servers')).status).toBe(200)
  },
)
