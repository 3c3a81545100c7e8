import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { AlertList } from '../../../contract/alerts.ts'
import type { DecisionList } from '../../../contract/decisions.ts'
import type { Intent } from '../../../contract/intents.ts'
import { client } from '../../app-state.ts'
import { useLanguage, useTexts } from '../../i18n/language.tsx'
import { formatTime } from '../../lib/format.ts'
import { queryKeys } from '../../live/stale-queries.ts'
import { pathOf } from '../../routes/address.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Loaded } from '../../ui/states.tsx'
import { TypeBadge } from './event-line.tsx'
import { timelineTexts } from './timeline.texts.ts'

const linkLook = 'text-accent hover:underline'

/** One event with its whole text, and where it leads: its node, its task, the decisions and alerts of it. */
export function EventDialog(props: { intent: Intent | null; agentId: string | null; onClose: () => void }) {
  const { intent, agentId, onClose } = props
  const t = useTexts(timelineTexts)
  const { language } = useLanguage()
  if (intent === null) return null
  return (
    <Dialog open onClose={onClose} title={t('event', { id: intent.event_id })} wide>
      <p className="flex flex-wrap items-baseline gap-x-3 text-sm">
        <TypeBadge type={intent.type} />
        <time dateTime={intent.created_at}>{formatTime(intent.created_at, language)}</time>
        {intent.agent_id !== null && (
          <Link to={pathOf({ agentId: intent.agent_id, tab: 'overview' })} className={linkLook}>
            {intent.agent_id}
          </Link>
        )}
        <span className="text-soft">{intent.actor}</span>
      </p>
      <p className="text-sm break-words whitespace-pre-wrap">{intent.data}</p>
      {intent.task_id !== null && intent.agent_id !== null && (
        <>
          <Link
            to={pathOf({ agentId, tab: 'timeline' })}
            search={{ task: String(intent.task_id) }}
            onClick={onClose}
            className={`${linkLook} self-start text-sm`}
          >
            {t('sameTask')}
          </Link>
          <Links taskId={intent.task_id} nodeId={intent.agent_id} agentId={agentId} />
        </>
      )}
    </Dialog>
  )
}

function Links({ taskId, nodeId, agentId }: { taskId: number; nodeId: string; agentId: string | null }) {
  const t = useTexts(timelineTexts)
  const decisions = useQuery({
    queryKey: [queryKeys.decisions, 'task', taskId],
    queryFn: ({ signal }) =>
      client.get<typeof DecisionList>('/api/v1/decisions', { task_id: taskId, limit: 20 }, signal),
  })
  const alerts = useQuery({
    queryKey: [queryKeys.alerts, 'task', nodeId, taskId],
    async queryFn({ signal }) {
      const list = await client.get<typeof AlertList>('/api/v1/alerts', { agent_id: nodeId, limit: 1000 }, signal)
      return list.alerts.filter((alert) => alert.task_id === taskId)
    },
  })
  return (
    <Loaded query={decisions} lines={2}>
      {(list) => (
        <ul className="flex flex-col gap-1 text-sm">
          {list.decisions.map((decision) => (
            <li key={decision.decision_id}>
              <Link
                to={pathOf({ agentId, tab: 'decisions' })}
                search={{ decision: String(decision.decision_id) }}
                className={linkLook}
              >
                {t('openDecision', { id: decision.decision_id })}
              </Link>{' '}
              <code className="font-mono text-xs break-all">{decision.proposed_action}</code>
            </li>
          ))}
          {(alerts.data ?? []).map((alert) => (
            <li key={alert.alert_id}>
              <Link
                to={pathOf({ agentId, tab: 'alerts' })}
                search={{ alert: String(alert.alert_id) }}
                className={linkLook}
              >
                {t('openAlert', { id: alert.alert_id })}
              </Link>{' '}
              <span className="break-words">{alert.description}</span>
            </li>
          ))}
          {list.decisions.length + (alerts.data?.length ?? 0) === 0 && <li className="text-soft">{t('noLinks')}</li>}
        </ul>
      )}
    </Loaded>
  )
}
