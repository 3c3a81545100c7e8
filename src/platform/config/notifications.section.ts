import { z } from 'zod'

const Ms = z.number().int().min(100).max(300_000)

/** `notifications:` telling people, through the channels that an admin adds. */
export const NotificationsSection = z
  .strictObject({
    timeout_ms: Ms.default(10_000).describe('Longest time of one attempt to send a notice, in milliseconds.'),
    max_attempts: z
      .number()
      .int()
      .min(1)
      .max(1000)
      .default(20)
      .describe('Attempts before a notice has failed for good.'),
    retry_min_ms: Ms.default(2_000).describe('Shortest wait before the next attempt, in milliseconds.'),
    retry_max_ms: z
      .number()
      .int()
      .min(100)
      .max(86_400_000)
      .default(600_000)
      .describe('Longest wait before the next attempt, in milliseconds.'),
    concurrency: z.number().int().min(1).max(64).default(4).describe('Channels that are told at the same time.'),
    allowed_addresses: z
      .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6(), z.hostname()]))
      .max(256)
      .default([])
      .describe(
        'Addresses, networks or host names inside your own network that channels may lead to; all others must be public.',
      ),
    ca_file: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .describe('PEM file of a further authority to trust when talking to receivers.'),
  })
  .prefault({})
  .describe('Telling people, through channels.')
