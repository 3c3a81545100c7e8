import type { Decision, DecisionDetail } from '../../../contract/decisions.ts'
import type { Language } from '../../i18n/define-texts.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Badge, severityTone, type Tone } from '../../ui/badge.tsx'
import { uiTexts } from '../../ui/ui.texts.ts'
import { decisionTexts } from './decisions.texts.ts'

const statusTones: Record<Decision['status'], Tone> = {
  approved: 'good',
  rejected: 'bad',
  pending: 'warn',
  expired: 'plain',
}
const resultTones: Record<'success' | 'failed' | 'partial', Tone> = { success: 'good', failed: 'bad', partial: 'warn' }

export function StatusBadge({ status }: { status: Decision['status'] }) {
  const t = useTexts(decisionTexts)
  return <Badge tone={statusTones[status]}>{t(status)}</Badge>
}

export function SeverityBadge({ severity }: { severity: Decision['severity'] }) {
  const words = useTexts(uiTexts)
  return <Badge tone={severityTone[severity]}>{words(severity)}</Badge>
}

/** What came of the execution; a word that is not ours stays as the node said it. */
export function ResultBadge({ result }: { result: string }) {
  const t = useTexts(decisionTexts)
  const known = (['success', 'failed', 'partial'] as const).find((each) => each === result)
  return <Badge tone={known ? resultTones[known] : 'plain'}>{known ? t(known) : result}</Badge>
}

type T = ReturnType<typeof useTexts<keyof (typeof decisionTexts)['zh']>>

const silences = [
  'timeout',
  'unparseable',
  'budget',
  'circuit_open',
  'refused',
  'unavailable',
  'overloaded',
  'cancelled',
] as const

/** Why a model gave no answer that counts; a word that is not ours stays as it is. */
export function silenceText(t: T, why: string): string {
  const known = silences.find((each) => each === why)
  return known ? t(known) : why
}

const notRun = {
  approval_stale: 'approvalStale',
  request_expired: 'requestExpired',
  rebooted: 'rebooted',
  'the fault is gone': 'faultGone',
  'another action would be right now': 'otherAction',
} as const

/** Why an approved repair was not run, where the node gave one of its known reasons; null for all other output. */
export function notRunText(t: T, output: string | null): string | null {
  const why = /^not run: (.*)$/.exec(output ?? '')?.[1]
  return why !== undefined && Object.hasOwn(notRun, why) ? t(notRun[why as keyof typeof notRun]) : null
}

/** Why it is as it is, in the person's language where a policy decided or a model did not, else in the words of who did. */
export function reasonOf(decision: DecisionDetail, t: T, language: Language): string {
  const { decided_by, authority, reason, whole_path } = decision
  if (reason === 'owner_silent') return t('ownerSilent')
  const own = whole_path.findLast((hop) => hop.agent_id === authority && hop.person === undefined)
  if (decided_by !== 'human' && own?.model?.outcome === 'none' && own.model.why !== null)
    return silenceText(t, own.model.why)
  const isPolicy = decided_by === 'policy' || (decided_by === null && own?.model === undefined)
  return (isPolicy && decision.status !== 'expired' ? own?.text?.[language] : undefined) ?? reason
}
