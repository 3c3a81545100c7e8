import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { IntentList } from '../../../contract/intents.ts'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { queryKeys } from '../../live/stale-queries.ts'
import { pathOf } from '../../routes/address.ts'
import { Panel } from '../../ui/panel.tsx'
import { Loaded } from '../../ui/states.tsx'
import { EventLine } from '../timeline/event-line.tsx'
import { decisionTexts } from './decisions.texts.ts'

/** What else happened in the same fault, the oldest first. */
export function RelatedEvents({ taskId, agentId }: { taskId: number; agentId: string | null }) {
  const t = useTexts(decisionTexts)
  const query = useQuery({
    queryKey: [queryKeys.intents, 'task', taskId],
    queryFn: ({ signal }) => client.get<typeof IntentList>('/api/v1/intents', { task_id: taskId, limit: 200 }, signal),
  })
  return (
    <Panel
      title={t('related')}
      side={
        <Link
          to={pathOf({ agentId, tab: 'timeline' })}
          search={{ task: String(taskId) }}
          className="text-xs text-accent hover:underline"
        >
          {t('timeline')}
        </Link>
      }
    >
      <Loaded query={query} lines={3}>
        {({ intents }) => (
          <ul className="max-h-80 divide-y divide-line overflow-y-auto">
            {intents.toReversed().map((intent) => (
              <EventLine key={intent.event_id} intent={intent} />
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  )
}
