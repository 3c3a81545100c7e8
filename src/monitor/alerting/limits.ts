import type { AlertingSection } from '../../platform/config/alerting.section.ts'
import type { AlertingLimits } from './why-notify.ts'

/** The limits that the configuration names, in ms. */
export function limitsOf(section: AlertingSection): AlertingLimits {
  return {
    groupWaitMs: section.group_wait_s * 1000,
    repeatMs: section.repeat_interval_s * 1000,
    flapWindowMs: section.flap_window_s * 1000,
    flapMax: section.flap_max_notices,
  }
}
