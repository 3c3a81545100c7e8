import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { Decision, DecisionList as ListSchema } from '../../../contract/decisions.ts'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { queryKeys } from '../../live/stale-queries.ts'
import { pageRows, useEndless } from '../../live/use-endless.ts'
import { AddressSearch } from '../../routes/address-search.tsx'
import { pathOf, useAddress } from '../../routes/address.ts'
import { Age, TimeLeft } from '../../ui/age.tsx'
import { Button } from '../../ui/button.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Select } from '../../ui/field.tsx'
import { EndlessList } from '../../ui/endless-list.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { ResultBadge, SeverityBadge, StatusBadge } from './decision-words.tsx'
import { decisionTexts } from './decisions.texts.ts'

const statuses = ['pending', 'approved', 'rejected', 'expired'] as const
const placeOf = (decision: Decision) => ({ at: decision.created_at, id: decision.decision_id })

/** What waits for somebody on top, then every decision of the scope, newest first. */
export function DecisionList({ agentId }: { agentId: string | null }) {
  const t = useTexts(decisionTexts)
  const navigate = useNavigate()
  const [search, change] = useAddress()
  const q = search['q'] ?? ''
  const status = statuses.find((each) => each === search['status']) ?? null
  const query = { q, status, under: agentId }
  const list = useEndless<Decision>({
    queryKey: [queryKeys.decisions, 'list', agentId, q, status],
    placeOf,
    async read(offset, signal) {
      const page = { ...query, limit: pageRows, offset }
      const { decisions, total } = await client.get<typeof ListSchema>('/api/v1/decisions', page, signal)
      return { rows: decisions, total }
    },
  })
  const columns = useMemo(() => columnsOf(t), [t])
  const isFiltered = q !== '' || status !== null
  const open = (decision: Decision) =>
    void navigate({
      to: pathOf({ agentId, tab: 'decisions' }),
      search: { ...search, decision: String(decision.decision_id) },
    })

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <Waiting agentId={agentId} />
      <EndlessList
        list={list}
        filters={
          <>
            <AddressSearch label={t('filter')} />
            <Select<(typeof statuses)[number] | 'any'>
              label={t('status')}
              value={status ?? 'any'}
              options={[
                { value: 'any', label: t('anyStatus') },
                ...statuses.map((value) => ({ value, label: t(value) })),
              ]}
              onChoose={(value) => change({ status: value === 'any' ? null : value })}
            />
          </>
        }
      >
        {(rows) => (
          <DataTable
            label={t('all')}
            columns={columns}
            rows={rows}
            keyOf={(decision) => String(decision.decision_id)}
            onOpen={open}
            onNearEnd={list.readOlder}
            empty={
              isFiltered ? (
                <EmptyState title={t('noMatch')}>
                  <Button onClick={() => change({ q: null, status: null })}>{t('clear')}</Button>
                </EmptyState>
              ) : (
                <EmptyState title={t('none')}>{t('noneHint')}</EmptyState>
              )
            }
          />
        )}
      </EndlessList>
    </div>
  )
}

/** The requests without an end, the one that ends first on top. */
function Waiting({ agentId }: { agentId: string | null }) {
  const t = useTexts(decisionTexts)
  const [search] = useAddress()
  const { data } = useQuery({
    queryKey: [queryKeys.decisions, 'waiting', agentId],
    queryFn: ({ signal }) =>
      client.get<typeof ListSchema>('/api/v1/decisions', { status: 'pending', under: agentId, limit: 200 }, signal),
  })
  const waiting = useMemo(
    () => (data?.decisions ?? []).toSorted((a, b) => Date.parse(a.expires_at) - Date.parse(b.expires_at)),
    [data],
  )
  if (waiting.length === 0) return null
  return (
    <section aria-label={t('waiting')} className="shrink-0 border-b border-line">
      <h2 className="bg-warn-ground px-3 py-1.5 text-sm font-semibold text-warn">
        {t('waiting')} · {data?.total}
      </h2>
      <ul className="max-h-56 divide-y divide-line overflow-y-auto bg-panel">
        {waiting.map((decision) => (
          <li key={decision.decision_id}>
            <Link
              to={pathOf({ agentId, tab: 'decisions' })}
              search={{ ...search, decision: String(decision.decision_id) }}
              className="flex flex-wrap items-baseline gap-x-3 gap-y-1 px-3 py-2 text-sm hover:bg-hover"
            >
              <SeverityBadge severity={decision.severity} />
              <span className="max-w-48 truncate font-medium">{decision.agent_id}</span>
              <code className="min-w-0 flex-1 basis-48 truncate font-mono text-xs" title={decision.proposed_action}>
                {decision.proposed_action}
              </code>
              <span className="text-xs text-soft">{decision.authority}</span>
              <span className="text-xs text-warn">
                <TimeLeft until={decision.expires_at} over={t('over')} /> {t('left')}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}

type T = ReturnType<typeof useTexts<keyof (typeof decisionTexts)['zh']>>

function columnsOf(t: T): Array<Column<Decision>> {
  return [
    { id: 'status', title: t('status'), width: '6rem', cell: ({ status }) => <StatusBadge status={status} /> },
    {
      id: 'action',
      title: t('action'),
      width: 'minmax(12rem, 2fr)',
      cell: (row) => (
        <code className="font-mono text-xs" title={row.proposed_action}>
          {row.proposed_action}
        </code>
      ),
    },
    { id: 'asked', title: t('asked'), width: '6.5rem', cell: (row) => <Age at={row.created_at} /> },
    { id: 'node', title: t('node'), width: 'minmax(7rem, 1fr)', cell: (row) => row.agent_id },
    { id: 'issue', title: t('issue'), width: 'minmax(8rem, 1fr)', cell: (row) => row.issue_type },
    {
      id: 'severity',
      title: t('severity'),
      width: '5rem',
      cell: (row) => <SeverityBadge severity={row.severity} />,
    },
    {
      id: 'by',
      title: t('by'),
      width: 'minmax(8rem, 1fr)',
      cell: (row) =>
        row.decided_by === null ? (
          <span className="text-soft">{row.authority ?? '–'}</span>
        ) : (
          `${t(row.decided_by)} · ${row.authority ?? '–'}`
        ),
    },
    {
      id: 'result',
      title: t('result'),
      width: '6rem',
      cell: (row) =>
        row.execution_result === null ? (
          <span className="text-soft">–</span>
        ) : (
          <ResultBadge result={row.execution_result} />
        ),
    },
  ]
}
