import { z } from 'zod'

/** `terminal:` terminals that are opened on this host from afar (capability `terminal`). */
export const TerminalSection = z
  .strictObject({
    run_as: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe('User of the host that terminals run as. Absent: the user of this node, which for root is root.'),
  })
  .prefault({})
  .describe('Terminals that are opened on this host from afar.')
