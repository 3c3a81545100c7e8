import { z } from 'zod'

export const HttpUrl = z
  .url({ protocol: /^https?$/, error: 'an address that begins with http:// or https://' })
  .max(2048)

/** `server:` the address of this node's own HTTP server; every node has one, a leaf too. */
export const ServerSection = z
  .strictObject({
    host: z
      .string()
      .min(1)
      .max(253)
      .optional()
      .describe('Address to listen on. Absent: 0.0.0.0 with a monitor, else 127.0.0.1.'),
    port: z.number().int().min(0).max(65_535).default(3333).describe('Port to listen on; 0 takes a free one.'),
    public_url: HttpUrl.optional().describe(
      'Address by which children and people reach this node, if a proxy stands before it.',
    ),
    trusted_proxies: z
      .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
      .max(64)
      .default([])
      .describe('Addresses or networks of proxies whose X-Forwarded-For is believed.'),
  })
  .prefault({})
  .describe("Address of this node's HTTP server.")

const PerMinute = z.number().int().min(1).max(1_000_000)

/** `rate_limits:` per caller and minute. */
export const RateLimitsSection = z
  .strictObject({
    reports_per_minute: PerMinute.default(100).describe('Reports and heartbeats of one node.'),
    queries_per_minute: PerMinute.default(1000).describe('Queries of one person or key.'),
    auth_per_minute: PerMinute.default(10).describe('Attempts to log in from one address (/api/v1).'),
    login_per_minute: PerMinute.default(5).describe('Attempts to log in from one address (/api).'),
    register_per_minute: PerMinute.default(3).describe('New accounts from one address (/api).'),
    calls_per_second: z
      .number()
      .int()
      .min(1)
      .max(100_000)
      .default(10)
      .describe('All other calls of one caller (/api), in a second.'),
  })
  .prefault({})
  .describe('Requests that one caller may make in a minute.')
