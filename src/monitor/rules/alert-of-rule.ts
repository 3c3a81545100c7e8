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
  const what = [rule.type, rule.target].filter(Boolean).join(' ')
  const by = rule.name === '' ? 'rule' : `rule “${rule.name}”`
  const held = rule.durationS > 0 ? ` for ${rule.durationS} s` : ''
  if (value === null || wrongWhen === null) return `Not online${held} (${by})`
  const withUnit = (figure: number) => `${Math.round(figure * 100) / 100}${unit === '%' ? '' : ' '}${unit}`.trim()
  return `${what}: ${withUnit(value)}, ${wrongWhen} ${withUnit(rule.threshold)}${held} (${by})${note === undefined ? '' : `: ${note}`}`
}
