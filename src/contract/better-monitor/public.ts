import { z } from 'zod'
import { HealthStatus, NodeStatus } from '../common.ts'
import { LiveMeasurement } from './monitor-data.ts'

/** `GET /api/public/servers`: what a stranger may see while `public_view` is on. A field here is a field on the internet. */
const PublicServer = z
  .object({
    id: z.number().int(),
    name: z.string(),
    status: NodeStatus,
    health_status: HealthStatus,
    /** The newest figures; null when there were none yet. */
    measured: LiveMeasurement.nullable(),
  })
  .meta({ id: 'PublicServer' })

export const PublicServerQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(1000),
  offset: z.coerce.number().int().min(0).default(0),
})
export const PublicServerList = z
  .object({ servers: z.array(PublicServer), total: z.number().int() })
  .meta({ id: 'PublicServerList' })
