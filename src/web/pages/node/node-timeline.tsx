import { Link } from '@tanstack/react-router'
import type { z } from 'zod'
import type { NodeDetail } from '../../../contract/cluster.ts'
import { useTexts } from '../../i18n/language.tsx'
import { pathOf, useAddress } from '../../routes/address.ts'
import { Age } from '../../ui/age.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Select } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type EventKind, eventKinds, type NodeEvent, nodeEvents } from './node-events.ts'
import { nodeTexts } from './node.texts.ts'

const kindWords = {
  issue: 'kindIssue',
  action: 'kindAction',
  decision: 'kindDecision',
  alert: 'kindAlert',
  intent: 'kindIntent',
} as const

/** What was wrong, was done, was decided and was told of a node, on one line. */
export function NodeTimeline({ agentId, detail }: { agentId: string; detail: z.infer<typeof NodeDetail> }) {
  const t = useTexts(nodeTexts)
  const [search, change] = useAddress()
  const kind = eventKinds.find((each) => each === search['kind']) ?? null
  const events = nodeEvents(detail, kind)
  return (
    <Panel
      title={t('timeline')}
      className="xl:col-span-2"
      side={
        <>
          <Select<EventKind | 'all'>
            label={t('kind')}
            value={kind ?? 'all'}
            options={[
              { value: 'all', label: t('kindAll') },
              ...eventKinds.map((value) => ({ value, label: t(kindWords[value]) })),
            ]}
            onChoose={(value) => change({ kind: value === 'all' ? null : value })}
          />
          <Link to={pathOf({ agentId, tab: 'timeline' })} className="text-xs text-accent hover:underline">
            {t('wholeTimeline')}
          </Link>
        </>
      }
    >
      {events.length === 0 ? (
        <EmptyState title={t('noEvents')} />
      ) : (
        <ul aria-label={t('timeline')} className="max-h-[32rem] divide-y divide-line overflow-y-auto">
          {events.map((event) => (
            <li key={event.key} className="flex items-baseline gap-2 px-3 py-1.5 text-sm">
              <span className="w-16 shrink-0 text-xs text-soft">{t(kindWords[event.kind])}</span>
              <Badge tone={event.tone}>{stateWord(t, event)}</Badge>
              <EventText agentId={agentId} event={event} />
              <span className="ml-auto text-xs text-soft">
                <Age at={event.at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

function EventText({ agentId, event }: { agentId: string; event: NodeEvent }) {
  const text = 'line-clamp-2 min-w-0 break-words'
  if (event.id === null) {
    return (
      <span className={text} title={event.text}>
        {event.text}
      </span>
    )
  }
  const isDecision = event.kind === 'decision'
  return (
    <Link
      to={pathOf({ agentId, tab: isDecision ? 'decisions' : 'alerts' })}
      search={isDecision ? { decision: String(event.id) } : { alert: String(event.id) }}
      className={`${text} hover:underline`}
      title={event.text}
    >
      {event.text}
    </Link>
  )
}

const stateWords = {
  new: 'new',
  acknowledged: 'acknowledged',
  resolved: 'resolved',
  approved: 'approved',
  rejected: 'rejected',
  pending: 'pending',
  expired: 'expired',
  success: 'success',
  failed: 'failed',
  partial: 'partial',
  decision: 'kindDecision',
  blocker: 'blocker',
  milestone: 'milestone',
  note: 'note',
} as const

function stateWord(t: ReturnType<typeof useTexts<keyof (typeof nodeTexts)['zh']>>, { state }: NodeEvent): string {
  return state in stateWords ? t(stateWords[state as keyof typeof stateWords]) : state
}
