import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { memo, useRef, useState } from 'react'
import type { IntentList } from '../../../contract/intents.ts'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import type { Happening } from '../../live/happenings.ts'
import { useHappenings, useNode } from '../../live/use-live.ts'
import { pathOf } from '../../routes/address.ts'
import { Age } from '../../ui/age.tsx'
import { Badge, severityTone } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { uiTexts } from '../../ui/ui.texts.ts'
import { overviewTexts } from './overview.texts.ts'

const maxShown = 100

/** What happens now. While somebody reads (scrolled down, or the pointer rests on it) new rows wait behind "3 new". */
export function Stream({ inScope }: { inScope: (agentId: string) => boolean }) {
  const t = useTexts(overviewTexts)
  const all = useHappenings()
  /** What was on the screen when somebody began to read. */
  const [held, setHeld] = useState<readonly Happening[] | null>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const before = useQuery({
    // What was before this page was opened; what comes after is told by the socket.
    queryKey: ['before now'],
    queryFn: ({ signal }) => client.get<typeof IntentList>('/api/v1/intents', { limit: 50 }, signal),
    staleTime: Infinity,
  })
  const mine = all.filter((happening) => inScope(happening.data.agent_id))
  const newestHeld = held?.[0]?.key ?? 0
  const shown = (held ?? mine).slice(0, maxShown)
  const waiting = held === null ? 0 : mine.filter(({ key }) => key > newestHeld).length
  const earlier = (before.data?.intents ?? []).filter((intent) => intent.agent_id === null || inScope(intent.agent_id))

  const hold = () => setHeld((before) => before ?? mine)
  const release = () => {
    if ((scroller.current?.scrollTop ?? 0) <= 0) setHeld(null)
  }
  function showNew() {
    setHeld(null)
    scroller.current?.scrollTo({ top: 0 })
  }

  return (
    <Panel
      title={t('now')}
      className="max-h-[42rem]"
      side={
        waiting > 0 && (
          <Button small kind="primary" onClick={showNew}>
            {t('newRows', { count: waiting })}
          </Button>
        )
      }
    >
      <div
        ref={scroller}
        className="min-h-0 overflow-y-auto"
        onPointerEnter={hold}
        onPointerLeave={release}
        onScroll={(event) => (event.currentTarget.scrollTop > 0 ? hold() : undefined)}
      >
        {shown.length === 0 && earlier.length === 0 && <EmptyState title={t('quiet')}>{t('quietHint')}</EmptyState>}
        <ul className="divide-y divide-line">
          {shown.map((happening) => (
            <Row key={happening.key} happening={happening} />
          ))}
        </ul>
        {earlier.length > 0 && (
          <>
            <h3 className="border-y border-line bg-page px-3 py-1 text-xs text-soft">{t('earlier')}</h3>
            <ul className="divide-y divide-line">
              {earlier.map((intent) => (
                <li key={intent.event_id} className="flex items-baseline gap-2 px-3 py-1.5 text-sm">
                  {intent.agent_id !== null && <NodeName agentId={intent.agent_id} />}
                  <span className="line-clamp-2 min-w-0 flex-1 break-words">{intent.data}</span>
                  <span className="text-xs text-soft">
                    <Age at={intent.created_at} />
                  </span>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </Panel>
  )
}

const Row = memo(function Row({ happening }: { happening: Happening }) {
  return (
    <li className="flex items-baseline gap-2 px-3 py-1.5 text-sm">
      <NodeName agentId={happening.data.agent_id} />
      <span className="line-clamp-3 min-w-0 flex-1 break-words">
        <What happening={happening} />
      </span>
      <span className="text-xs text-soft">
        <Age at={happening.timestamp} />
      </span>
    </li>
  )
})

function NodeName({ agentId }: { agentId: string }) {
  const node = useNode(agentId)
  return (
    <Link
      to={pathOf({ agentId, tab: 'overview' })}
      className="max-w-40 shrink-0 truncate font-medium hover:underline"
      title={agentId}
    >
      {node?.name ?? agentId}
    </Link>
  )
}

function What({ happening }: { happening: Happening }) {
  const t = useTexts(overviewTexts)
  const words = useTexts(uiTexts)
  switch (happening.type) {
    case 'node_status_changed': {
      const { old_status, new_status, new_health } = happening.data
      const to = new_status === 'online' && new_health ? words(new_health) : words(new_status)
      return <>{t('statusChanged', { from: old_status === null ? '–' : words(old_status), to })}</>
    }
    case 'new_alert':
      return (
        <>
          <Badge tone={severityTone[happening.data.severity]}>{words(happening.data.severity)}</Badge>{' '}
          {happening.data.description}
        </>
      )
    case 'alert_updated':
      return <>{t('alertUpdated', { id: happening.data.alert_id, status: known(t, happening.data.status) })}</>
    case 'decision_waiting': {
      const { decision_id, proposed_action } = happening.data
      return <>{t('decisionWaiting', { id: decision_id, action: proposed_action })}</>
    }
    case 'decision_completed': {
      const { decision_id, issue_type, status } = happening.data
      return <>{t('decisionCompleted', { id: decision_id, issue: issue_type, status: known(t, status) })}</>
    }
    case 'decision_executed': {
      const { decision_id, execution_result } = happening.data
      return <>{t('decisionExecuted', { id: decision_id, result: execution_result })}</>
    }
    case 'node_removed':
      return <>{t('removed')}</>
    default:
      return null
  }
}

const statuses = ['new', 'acknowledged', 'resolved', 'approved', 'rejected', 'pending', 'expired'] as const

/** A status in words; one that this dashboard does not know stays as the server said it. */
function known(t: (key: (typeof statuses)[number]) => string, status: string): string {
  const found = statuses.find((each) => each === status)
  return found ? t(found) : status
}
