import { z } from 'zod'
import { IsoTime } from '../common.ts'

/** `GET /api/version`; `go_version` carries the version of the runtime. */
export const Version = z
  .object({
    version: z.string(),
    build_time: IsoTime.nullable(),
    git_commit: z.string().nullable(),
    go_version: z.string(),
  })
  .meta({ id: 'Version' })

/** `GET /api/health`. */
export const Health = z
  .object({
    status: z.enum(['healthy', 'unhealthy']),
    timestamp: IsoTime,
    database: z.enum(['connected', 'disconnected']),
    active_agents: z.number().int(),
  })
  .meta({ id: 'Health' })
