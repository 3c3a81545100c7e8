import { z } from 'zod'
import { RuleDuration, RuleName, RuleRepeat, RuleTarget, RuleThreshold, RuleType } from '../alert-rules.ts'
import { AgentId, IsoTime, Severity } from '../common.ts'

/** An alert rule (spec: 告警管理接口; rulings: alerts). */
export const AlertSetting = z
  .object({
    id: z.number().int(),
    type: RuleType,
    threshold: z
      .number()
      .describe(
        'cpu, memory, disk: percent used; network: bytes per second, the larger of in and out; load: of one minute; ' +
          'process, container: fewer running than this is wrong; certificate: fewer days left than this is wrong; status: not used',
      ),
    duration: z.number().int().describe('seconds for which it has to be wrong without a break'),
    enabled: z.boolean(),
    server_id: z
      .number()
      .int()
      .nullable()
      .describe('null: every server of this monitor’s subtree, where agent_id is null too'),
    agent_id: AgentId.nullable(),
    name: z.string(),
    target: z
      .string()
      .nullable()
      .describe('name of the process, name or id of the container, or domain of the certificate'),
    severity: Severity,
    recovery_threshold: z.number().describe('an alert ends only beyond this'),
    repeat_interval_s: z.number().int().nullable().describe('null: that of the monitor'),
    inherited_from: AgentId.nullable().describe(
      'the monitor above at which it was made and is changed; null: made here',
    ),
    created_by: z.string().nullable(),
    created_at: IsoTime,
    updated_at: IsoTime,
  })
  .meta({ id: 'AlertSetting' })
export type AlertSetting = z.infer<typeof AlertSetting>

const ServerId = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER)

/** Body of `POST /api/alerts/settings`. A misspelt field must not look like one that was understood. */
export const NewAlertSetting = z
  .strictObject({
    type: RuleType,
    threshold: RuleThreshold.optional().describe(
      'may be left out for status (not used), process and container (1), certificate (30)',
    ),
    duration: RuleDuration.default(60),
    enabled: z.boolean().default(true),
    server_id: ServerId.nullable().default(null),
    name: RuleName.default(''),
    target: RuleTarget.nullable().default(null),
    severity: Severity.default('high'),
    recovery_threshold: RuleThreshold.nullable()
      .default(null)
      .describe('null: 5 % below the threshold, or the threshold itself where less is wrong'),
    repeat_interval_s: RuleRepeat.nullable().default(null),
  })
  .meta({ id: 'NewAlertSetting' })
export type NewAlertSetting = z.infer<typeof NewAlertSetting>

/** Body of `PUT /api/alerts/settings/{id}`; what is absent stays. */
export const AlertSettingChange = z
  .strictObject({
    type: RuleType,
    threshold: RuleThreshold,
    duration: RuleDuration,
    enabled: z.boolean(),
    server_id: ServerId.nullable(),
    name: RuleName,
    target: RuleTarget.nullable(),
    severity: Severity,
    recovery_threshold: RuleThreshold.nullable(),
    repeat_interval_s: RuleRepeat.nullable(),
  })
  .partial()
  .meta({ id: 'AlertSettingChange' })
export type AlertSettingChange = z.infer<typeof AlertSettingChange>

export const AlertSettingList = z.object({ settings: z.array(AlertSetting) }).meta({ id: 'AlertSettingList' })
/** A server on which a rule finds something wrong. Of servers below another monitor that monitor knows it. */
const RuleStanding = z
  .object({
    server_id: z.number().int(),
    agent_id: AgentId,
    phase: z.enum(['pending', 'firing']).describe('pending: wrong, but not for the whole duration yet'),
    since: IsoTime.describe('since when it is wrong without a break'),
    last_at: IsoTime,
    value: z.number().nullable(),
    reason: z
      .string()
      .nullable()
      .describe(
        'breach_began, still_counting, samples_missing (the time began anew), closed_by_hand (so too), held_long_enough',
      ),
  })
  .meta({ id: 'RuleStanding' })
export type RuleStanding = z.infer<typeof RuleStanding>
export const AlertSettingDetail = z
  .object({ setting: AlertSetting, standing: z.array(RuleStanding) })
  .meta({ id: 'AlertSettingDetail' })
export const AlertSettingAnswer = z.object({ setting: AlertSetting }).meta({ id: 'AlertSettingAnswer' })
