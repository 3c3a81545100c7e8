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

/** Why it is as it is: the policy's own text in the person's language where it decided, else the words of who did. */
export function reasonOf(decision: DecisionDetail, language: Language): string {
  const { decided_by, authority, reason, whole_path } = decision
  const own = whole_path.findLast((hop) => hop.agent_id === authority && hop.person === undefined)
  const isPolicy = decided_by === 'policy' || (decided_by === null && own?.model === undefined)
  return (isPolicy && decision.status !== 'expired' ? own?.text?.[language] : undefined) ?? reason
}
