import { z } from 'zod'

const Seconds = z.number().positive().max(2_592_000)

/** `alerting:` when the channels are told of alerts. */
export const AlertingSection = z
  .strictObject({
    group_wait_s: z
      .number()
      .min(0)
      .max(3600)
      .default(20)
      .describe('A new alert, and the end of one, wait so many seconds for others of the same subtree.'),
    repeat_interval_s: Seconds.default(14_400).describe(
      'An alert that stays open is told again after so many seconds, until somebody acknowledges it; a rule may say otherwise.',
    ),
    flap_window_s: Seconds.default(3_600).describe(
      'The time, in seconds, over which alerts that come and go are counted.',
    ),
    flap_max_notices: z
      .number()
      .int()
      .min(1)
      .max(1000)
      .default(4)
      .describe('A fault that begins more often than this within the window is not told anew until it has passed.'),
  })
  .prefault({})
  .describe('When the channels are told of alerts.')
export type AlertingSection = z.infer<typeof AlertingSection>
