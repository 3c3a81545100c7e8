import type { RuleType } from '../../../contract/alert-rules.ts'
import type { AlertSetting } from '../../../contract/better-monitor/alert-settings.ts'
import type { Language } from '../../i18n/define-texts.ts'
import { fill } from '../../i18n/define-texts.ts'
import { formatNumber, formatPercent, formatRate, formatSpan } from '../../lib/format.ts'
import { uiTexts } from '../../ui/ui.texts.ts'
import { rulesTexts } from './rules.texts.ts'

export type RuleUnit = 'percent' | 'rate' | 'load' | 'count' | 'days'

/** As `src/contract/alert-rules.ts` has it; the node checks, this only words it. A unit of null: there is no threshold. */
export const ruleLooks: Record<RuleType, { unit: RuleUnit | null; hasTarget: boolean; threshold: string }> = {
  cpu: { unit: 'percent', hasTarget: false, threshold: '80' },
  memory: { unit: 'percent', hasTarget: false, threshold: '90' },
  disk: { unit: 'percent', hasTarget: false, threshold: '90' },
  network: { unit: 'rate', hasTarget: false, threshold: '100000000' },
  load: { unit: 'load', hasTarget: false, threshold: '8' },
  status: { unit: null, hasTarget: false, threshold: '' },
  process: { unit: 'count', hasTarget: true, threshold: '1' },
  container: { unit: 'count', hasTarget: true, threshold: '1' },
  certificate: { unit: 'days', hasTarget: true, threshold: '30' },
}
export const ruleTypeNames = Object.keys(ruleLooks) as RuleType[]

const bounds: Record<RuleUnit, (threshold: number) => string> = {
  percent: formatPercent,
  rate: formatRate,
  load: (value) => formatNumber(value, 2),
  count: (value) => formatNumber(value),
  days: (value) => formatNumber(value, 1),
}

/** A rule as one says it: "cpu at or above 80 % for 5 min on every server: high alert". */
export function ruleText(
  rule: Pick<AlertSetting, 'type' | 'threshold' | 'duration' | 'severity' | 'target'>,
  /** What the server is called; null: every server. */
  server: string | null,
  language: Language,
): string {
  const t = rulesTexts[language]
  const { unit } = ruleLooks[rule.type]
  const what = fill(t[`what-${rule.type}`], { target: rule.target ?? '' })
  const isLess = unit === 'count' || unit === 'days'
  const fault =
    unit === null ? t.offline : fill(isLess ? t.below : t.above, { what, bound: bounds[unit](rule.threshold) })
  const held = rule.duration === 0 ? '' : fill(t.held, { span: formatSpan(rule.duration, language) })
  const severity = uiTexts[language][rule.severity]
  return fill(t.sentence, { where: server ?? t.everyServer, fault, held, severity })
}
