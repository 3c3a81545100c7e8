import { z } from 'zod'
import { HttpUrl } from './server.section.ts'

/** `upstream:` the parent monitor. A root has none. */
export const UpstreamSection = z
  .strictObject({
    urls: z
      .array(HttpUrl)
      .max(16)
      .default([])
      .describe('Addresses of the parent, tried in order. Empty: this node is a root.'),
    token: z.string().min(1).max(512).optional().describe("The parent's registration token; needed once, to join."),
  })
  .prefault({})
  .describe('The parent monitor; a root has none.')
