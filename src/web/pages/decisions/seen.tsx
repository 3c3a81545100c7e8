import type { ReactNode } from 'react'
import type { DecisionDetail } from '../../../contract/decisions.ts'
import { useTexts } from '../../i18n/language.tsx'
import { decisionTexts } from './decisions.texts.ts'

/** What the node had in front of it when it asked. */
export function Seen({ decision }: { decision: DecisionDetail }) {
  const t = useTexts(decisionTexts)
  const { evidence } = decision
  const context = evidence?.context ?? {}
  const events = Array.isArray(context['recent_events']) ? context['recent_events'] : []
  const details = Object.entries(evidence?.details ?? {})
  return (
    <dl className="grid grid-cols-1 gap-x-4 gap-y-1 text-sm sm:grid-cols-[8rem_minmax(0,1fr)]">
      <Entry label={t('issue')}>
        <code className="font-mono text-xs">{decision.issue_type}</code>
        {evidence?.subject && <span className="text-soft"> · {evidence.subject}</span>}
      </Entry>
      <Entry label={t('description')}>{decision.issue_description}</Entry>
      {evidence === null && <Entry label={t('details')}>{t('noEvidence')}</Entry>}
      {evidence && (
        <Entry label={t('typed')}>
          {evidence.action ? (
            <code className="font-mono text-xs">{asText(evidence.action)}</code>
          ) : (
            <span className="text-soft">{t('noType')}</span>
          )}
        </Entry>
      )}
      {evidence?.risk_assessment && <Entry label={t('risk')}>{evidence.risk_assessment}</Entry>}
      {details.length > 0 && (
        <Entry label={t('details')}>
          <ul>
            {details.map(([name, value]) => (
              <li key={name} className="break-words">
                <span className="text-soft">{name}:</span> <code className="font-mono text-xs">{asText(value)}</code>
              </li>
            ))}
          </ul>
        </Entry>
      )}
      {typeof context['current_load'] === 'string' && <Entry label={t('load')}>{context['current_load']}</Entry>}
      {events.length > 0 && (
        <Entry label={t('events')}>
          <ul className="max-h-40 overflow-y-auto" tabIndex={0} aria-label={t('events')}>
            {events.map((event, index) => (
              <li key={index} className="break-words">
                {asText(event)}
              </li>
            ))}
          </ul>
        </Entry>
      )}
    </dl>
  )
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

function Entry({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-soft">{label}</dt>
      <dd className="min-w-0 break-words whitespace-pre-wrap">{children}</dd>
    </>
  )
}
