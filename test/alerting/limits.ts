import type { AlertingLimits } from '../../src/monitor/alerting/why-notify.ts'

export const limits: AlertingLimits = {
  groupWaitMs: 20_000,
  repeatMs: 3_600_000,
  flapWindowMs: 1_800_000,
  flapMax: 2,
}
