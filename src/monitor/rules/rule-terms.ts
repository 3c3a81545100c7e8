import { type RuleType, ruleTypes } from '../../contract/alert-rules.ts'
import type { PublicText } from '../../contract/errors.ts'
import type { Bounds } from './judge-sample.ts'

/** What a rule says, as people give it. */
export interface GivenTerms {
  type: RuleType
  threshold: number | undefined
  recoveryThreshold: number | null
  target: string | null
}

export interface Terms extends GivenTerms {
  threshold: number
}

export type TermsVerdict = { terms: Terms } | { wrong: { field: string; text: PublicText } }

/** Share of the threshold by which a figure must fall below it before an alert ends, where nothing else is said. */
const recoveryShare = 0.95

/** Whether the terms make sense together; a threshold or a target in the form in which it is kept. */
export function checkTerms(given: GivenTerms): TermsVerdict {
  const facts = ruleTypes[given.type]
  const threshold = given.threshold ?? facts.defaultThreshold
  const wrong = (field: string, zh: string, en: string) => ({ wrong: { field, text: { zh, en } } })
  if (threshold === null)
    return wrong('threshold', `threshold：${given.type} 规则必须给出`, `threshold: a ${given.type} rule needs one`)
  if (threshold < facts.min || threshold > facts.max)
    return wrong(
      'threshold',
      `threshold：${given.type} 规则须在 ${facts.min} 到 ${facts.max} 之间`,
      `threshold: of a ${given.type} rule it is from ${facts.min} to ${facts.max}`,
    )
  if (facts.whole && !Number.isInteger(threshold))
    return wrong('threshold', 'threshold：须为整数', 'threshold: a whole number of running ones')
  const recovery = given.recoveryThreshold
  if (recovery !== null && facts.wrongWhen === 'above' && recovery > threshold)
    return wrong(
      'recovery_threshold',
      'recovery_threshold：不能高于 threshold',
      'recovery_threshold: not above the threshold, or an alert would end while it is wrong',
    )
  if (recovery !== null && facts.wrongWhen === 'below' && recovery < threshold)
    return wrong(
      'recovery_threshold',
      'recovery_threshold：不能低于 threshold',
      'recovery_threshold: not below the threshold, or an alert would end while it is wrong',
    )
  if (facts.target === null && given.target !== null)
    return wrong('target', `target：${given.type} 规则没有目标`, `target: a ${given.type} rule has none`)
  if (facts.target === null) return { terms: { ...given, threshold } }
  const target = facts.target.safeParse(given.target)
  if (!target.success)
    return wrong(
      'target',
      `target：${given.type} 规则需要目标（进程名、容器名或域名）`,
      `target: a ${given.type} rule needs ${target.error.issues[0]?.message ?? 'one'}`,
    )
  return { terms: { ...given, threshold, target: target.data } }
}

/** The point beyond which an alert ends. */
export function recoveryOf({ type, threshold, recoveryThreshold }: Omit<Terms, 'target'>): number {
  if (recoveryThreshold !== null) return recoveryThreshold
  return ruleTypes[type].wrongWhen === 'above' ? threshold * recoveryShare : threshold
}

/** What is compared; null for a type that compares nothing. */
export function boundsOf(rule: Omit<Terms, 'target'> & { durationS: number }): Bounds | null {
  const { wrongWhen } = ruleTypes[rule.type]
  return (
    wrongWhen && {
      wrongWhen,
      threshold: rule.threshold,
      recovery: recoveryOf(rule),
      durationMs: rule.durationS * 1000,
    }
  )
}
