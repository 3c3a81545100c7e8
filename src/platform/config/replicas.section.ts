import { z } from 'zod'
import { HttpUrl } from './server.section.ts'

/** `replicas:` several processes of one monitor, over one database and behind one address. */
export const ReplicasSection = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe('This process is one of several of the same monitor: same node.id, database, secret key and token.'),
    address: HttpUrl.optional().describe(
      'Address by which the other processes reach this one. Absent: server.host, or the first address of the host, and the port.',
    ),
  })
  .prefault({})
  .describe('Several processes of one monitor, behind one address.')
