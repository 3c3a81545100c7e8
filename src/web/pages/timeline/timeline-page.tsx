import { useMemo, useState } from 'react'
import { type Intent, type IntentList, IntentType } from '../../../contract/intents.ts'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { queryKeys } from '../../live/stale-queries.ts'
import { useMay, useNodes } from '../../live/use-live.ts'
import { pageRows, useEndless } from '../../live/use-endless.ts'
import { AddressSearch } from '../../routes/address-search.tsx'
import { useAddress } from '../../routes/address.ts'
import type { PageProps } from '../../routes/tabs.ts'
import { Age } from '../../ui/age.tsx'
import { Button } from '../../ui/button.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Select } from '../../ui/field.tsx'
import { EndlessList } from '../../ui/endless-list.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { EventDialog } from './event-dialog.tsx'
import { TypeBadge } from './event-line.tsx'
import { NoteDialog } from './note-dialog.tsx'
import { SpanFilter } from './span-filter.tsx'
import { timelineTexts } from './timeline.texts.ts'

const placeOf = (intent: Intent) => ({ at: intent.created_at, id: intent.event_id })
const filters = ['q', 'type', 'since', 'until', 'task'] as const
/** Of a colleague's note no event tells. */
const everyMs = 15_000

/** What happened in a scope, newest first; the filters are in the address. */
export function TimelinePage({ agentId }: PageProps) {
  const t = useTexts(timelineTexts)
  const [search, change] = useAddress()
  const mayOperate = useMay('operate')
  const [opened, setOpened] = useState<Intent | null>(null)
  const [isNoting, setNoting] = useState(false)
  const type = IntentType.options.find((each) => each === search['type']) ?? null
  const task = /^[1-9]\d{0,15}$/.test(search['task'] ?? '') ? Number(search['task']) : null
  const [q, since, until] = [search['q'] ?? '', search['since'] ?? '', search['until'] ?? '']
  const list = useEndless<Intent>({
    queryKey: [queryKeys.intents, 'timeline', agentId, q, type, since, until, task],
    placeOf,
    everyMs,
    async read(offset, signal) {
      const query = { q, type, since, until, task_id: task, under: agentId, limit: pageRows, offset }
      const { intents, total } = await client.get<typeof IntentList>('/api/v1/intents', query, signal)
      return { rows: intents, total }
    },
  })
  const columns = useMemo(() => columnsOf(t), [t])
  const clear = () => change(Object.fromEntries(filters.map((name) => [name, null])))

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <EndlessList
        list={list}
        filters={
          <>
            <AddressSearch label={t('filter')} />
            <Select<IntentType | 'any'>
              label={t('type')}
              value={type ?? 'any'}
              options={[
                { value: 'any', label: t('anyType') },
                ...IntentType.options.map((value) => ({ value, label: t(value) })),
              ]}
              onChoose={(value) => change({ type: value === 'any' ? null : value })}
            />
            <SpanFilter />
            {task !== null && (
              <Button small onClick={() => change({ task: null })} title={t('leaveTask')}>
                {t('task', { id: task })} ✕
              </Button>
            )}
          </>
        }
        end={mayOperate && <Button onClick={() => setNoting(true)}>{t('add')}</Button>}
      >
        {(rows) => (
          <DataTable
            label={t('timeline')}
            columns={columns}
            rows={rows}
            keyOf={(intent) => String(intent.event_id)}
            onOpen={setOpened}
            onNearEnd={list.readOlder}
            empty={
              filters.some((name) => search[name] !== undefined) ? (
                <EmptyState title={t('noMatch')}>
                  <Button onClick={clear}>{t('clear')}</Button>
                </EmptyState>
              ) : (
                <EmptyState title={t('none')}>{t('noneHint')}</EmptyState>
              )
            }
          />
        )}
      </EndlessList>
      <EventDialog intent={opened} agentId={agentId} onClose={() => setOpened(null)} />
      <NoteDialog
        open={isNoting}
        agentId={agentId}
        taskId={task}
        onClose={() => setNoting(false)}
        onAdded={list.refresh}
      />
    </div>
  )
}

type T = ReturnType<typeof useTexts<keyof (typeof timelineTexts)['zh']>>

function columnsOf(t: T): Array<Column<Intent>> {
  return [
    { id: 'when', title: t('when'), width: '6.5rem', cell: (intent) => <Age at={intent.created_at} /> },
    { id: 'type', title: t('type'), width: '6rem', cell: (intent) => <TypeBadge type={intent.type} /> },
    {
      id: 'what',
      title: t('what'),
      width: 'minmax(16rem, 4fr)',
      cell: (intent) => <span title={intent.data}>{intent.data}</span>,
    },
    {
      id: 'node',
      title: t('node'),
      width: 'minmax(7rem, 1fr)',
      cell: (intent) => (intent.agent_id === null ? '–' : <NodeName agentId={intent.agent_id} />),
    },
    {
      id: 'who',
      title: t('who'),
      width: 'minmax(6rem, 1fr)',
      cell: (intent) => <span className="text-soft">{intent.actor ?? '–'}</span>,
    },
    {
      id: 'group',
      title: t('group'),
      width: '5rem',
      cell: (intent) => <span className="text-soft">{intent.task_id ?? '–'}</span>,
    },
  ]
}

function NodeName({ agentId }: { agentId: string }) {
  return <span title={agentId}>{useNodes().nodes.get(agentId)?.name ?? agentId}</span>
}
