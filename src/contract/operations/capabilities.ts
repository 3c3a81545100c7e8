import { z } from 'zod'

/** `host.capabilities`: what may be done on a host from afar, as its own configuration grants it: `terminal`, `files:/srv:ro`. */
export const GrantedCapabilities = z.object({ capabilities: z.array(z.string()) }).meta({ id: 'GrantedCapabilities' })

/** The same as people ask for it. Who cannot ask the host is told why, which is no error. */
export const HostCapabilities = z
  .object({
    /** Null: the host cannot be asked now. */
    capabilities: z.array(z.string()).nullable(),
    reason: z.string().nullable(),
  })
  .meta({ id: 'HostCapabilities' })
