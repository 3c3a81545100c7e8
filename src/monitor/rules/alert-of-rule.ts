import { ruleTypes } from '../../contract/alert-rules.ts'
import type { Fault } from '../alerts/alerts.store.ts'
import type { RuleRow } from './rules.store.ts'

/** `origin` of an alert that a rule raised. */
export const ruleAlertOrigin = 'rule'

/** What its alerts are about: the rule, and its target behind that. */
export function subjectOf(rule: Pick<RuleRow, 'uid' | 'target'>): string {
  return rule.target === null ? rule.uid : `${rule.uid}:${rule.target}`
}

/** The fault that a rule sees on a node; `note` is what else there is to say about the value. */
export function faultOf(
  rule: RuleRow,
  nodeId: number,
  seen: { value: number | null; sinceMs: number; note?: string | undefined },
): Fault {
  const { value } = seen
  return {
    nodeId,
    level: 'L3',
    type: rule.type,
    subject: subjectOf(rule),
    description: textOf(rule, value, seen.note),
    severity: rule.severity,
    details: {
      rule: rule.name,
      rule_uid: rule.uid,
      made_at: rule.madeAt,
      ...(value === null ? {} : { value, threshold: rule.threshold }),
      ...(rule.target === null ? {} : { target: rule.target }),
      ...(rule.repeatIntervalS === null ? {} : { repeat_interval_s: rule.repeatIntervalS }),
      duration_s: rule.durationS,
      since: new Date(seen.sinceMs).toISOString(),
      ...(seen.note === undefined ? {} : { note: seen.note }),
    },
    origin: ruleAlertOrigin,
    ...(value === null ? {} : { value, threshold: rule.threshold }),
  }
}

function textOf(rule: RuleRow, value: number | null, note: string | undefined): string {
  const { wrongWhen, unit } = ruleTypes[rule.type]
  const held = rule.durationS > 0 ? ` for ${rule.durationS} s` : ''
  const by = rule.name === '' ? 'rule' : `rule “${rule.name}”`
  if (value === null || wrongWhen === null) return `Not online${held} (${by})`
  const what = rule.target === null ? rule.type : `${rule.type} ${rule.target}`
  const bound = wrongWhen === 'above' ? `${shown(rule.threshold, unit)} or more` : `fewer than ${rule.threshold}`
  return `${what}: ${shown(value, unit)} (${by}: ${bound}${held})${note === undefined ? '' : `: ${note}`}`
}

const shown = (figure: number, unit: string): string =>
  `${Math.round(figure * 100) / 100}${unit === '%' ? '' : ' '}${unit}`.trim()
