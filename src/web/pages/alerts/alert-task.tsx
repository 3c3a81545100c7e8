import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { DecisionList } from '../../../contract/decisions.ts'
import type { IntentList } from '../../../contract/intents.ts'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { queryKeys } from '../../live/stale-queries.ts'
import { pathOf, usePlace } from '../../routes/address.ts'
import { useScope } from '../../shell/use-scope.ts'
import { Age } from '../../ui/age.tsx'
import { Loaded } from '../../ui/states.tsx'
import { drawerTexts } from './drawer.texts.ts'

/** What else belongs to the fault of an alert: its decisions and all that was written down, newest first. */
export function AlertTask({ taskId }: { taskId: number }) {
  const t = useTexts(drawerTexts)
  const { agentId } = usePlace()
  const { tabs } = useScope()
  const hasDecisions = tabs.some(({ id }) => id === 'decisions')
  const intents = useQuery({
    queryKey: [queryKeys.intents, 'task', taskId],
    queryFn: ({ signal }) => client.get<typeof IntentList>('/api/v1/intents', { task_id: taskId, limit: 100 }, signal),
  })
  const decisions = useQuery({
    queryKey: [queryKeys.decisions, 'task', taskId],
    queryFn: ({ signal }) =>
      client.get<typeof DecisionList>('/api/v1/decisions', { task_id: taskId, limit: 20 }, signal),
  })
  return (
    <section>
      <h3 className="pb-1 text-xs font-semibold text-soft">{t('timeline')}</h3>
      <ul className="flex flex-col gap-1 pb-1">
        {decisions.data?.decisions.map((decision) => (
          <li key={decision.decision_id} className="truncate text-sm">
            {hasDecisions ? (
              <Link
                to={pathOf({ agentId, tab: 'decisions' })}
                search={{ decision: String(decision.decision_id) }}
                className="text-accent hover:underline"
              >
                {t('decision', { id: decision.decision_id, action: decision.proposed_action })}
              </Link>
            ) : (
              t('decision', { id: decision.decision_id, action: decision.proposed_action })
            )}
          </li>
        ))}
      </ul>
      <Loaded query={intents}>
        {(list) =>
          list.intents.length === 0 ? (
            <p className="text-sm text-soft">{t('noTimeline')}</p>
          ) : (
            <ol className="flex flex-col gap-1.5 border-l border-line pl-3">
              {list.intents.map((intent) => (
                <li key={intent.event_id} className="text-sm break-words">
                  {intent.data}
                  <p className="text-xs text-soft">
                    <Age at={intent.created_at} />
                    {intent.actor !== null && ` · ${intent.actor}`}
                  </p>
                </li>
              ))}
            </ol>
          )
        }
      </Loaded>
    </section>
  )
}
