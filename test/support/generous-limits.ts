import { RateLimitsSection } from '../../src/platform/config/server.section.ts'

/** Limits that a test does not meet by accident. */
export const generousLimits = RateLimitsSection.parse({
  reports_per_minute: 1_000,
  queries_per_minute: 10_000,
  auth_per_minute: 1_000,
  login_per_minute: 1_000,
  register_per_minute: 1_000,
  calls_per_second: 1_000,
})
