import { z } from 'zod'

const Seconds = z.number().positive().max(86_400)
const Token = z.string().min(8, 'at least 8 characters').max(512)

/** `monitor:` taking reports, deciding, alerting, keeping history. */
export const MonitorSection = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Be a monitor: take reports and serve the API. A leaf turns this off.'),
    admin_password: z
      .string()
      .min(8, 'at least 8 characters')
      .max(512)
      .optional()
      .describe('Password of the user admin at the first start. Absent: a random one, printed once.'),
    registration_token: Token.optional().describe(
      'What a child must show to register. Absent: made at the first start and kept.',
    ),
    offline_after_s: Seconds.default(45).describe('A node that is silent for this many seconds is offline.'),
    rule_look_interval_s: Seconds.default(15).describe(
      'Seconds between two looks on hosts for alert rules about processes, containers and certificates.',
    ),
    rollup_interval_s: Seconds.default(10).describe('Seconds between two rolled-up reports to the parent.'),
    retention_days: z.number().int().min(1).max(3650).default(30).describe('Days of history that are kept.'),
    hourly_summary_days: z
      .number()
      .int()
      .min(1)
      .max(3650)
      .optional()
      .describe('Days for which the hourly summaries of measurements are kept. Absent: as long as all history.'),
  })
  .prefault({})
  .describe('Taking reports, deciding, alerting, keeping history.')

/** `database:` where a monitor keeps its data. */
export const DatabaseSection = z
  .strictObject({
    url: z
      .url({ protocol: /^postgres(ql)?$/, error: 'an address that begins with postgres://' })
      .max(2048)
      .optional()
      .describe('A PostgreSQL of yours. Absent: the node runs its own in data_dir.'),
  })
  .prefault({})
  .describe('Where a monitor keeps its data.')
