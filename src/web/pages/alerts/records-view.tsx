import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { AlertRecord, AlertRecordList } from '../../../contract/better-monitor/alert-records.ts'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { formatNumber, noFigure } from '../../lib/format.ts'
import { queryKeys } from '../../live/stale-queries.ts'
import { pathOf, travelling, useAddress } from '../../routes/address.ts'
import type { PageProps } from '../../routes/tabs.ts'
import { Age } from '../../ui/age.tsx'
import { Badge, severityTone } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { EmptyState, Loaded } from '../../ui/states.tsx'
import { uiTexts } from '../../ui/ui.texts.ts'
import { recordsTexts } from './records.texts.ts'

const perPage = 100

/** Every alert that there was, page by page; a row opens the alert. */
export function RecordsView({ agentId }: PageProps) {
  const t = useTexts(recordsTexts)
  const words = useTexts(uiTexts)
  const navigate = useNavigate()
  const [search, change] = useAddress()
  const isUnresolved = search['unresolved'] === '1'
  const page = Math.max(1, Math.floor(Number(search['page'] ?? 1)) || 1)
  const query = useQuery({
    queryKey: [queryKeys.alerts, 'records', agentId, isUnresolved, page],
    queryFn: ({ signal }) =>
      client.get<typeof AlertRecordList>(
        '/api/alerts/records',
        { under: agentId, only_unresolved: isUnresolved, page, limit: perPage },
        signal,
      ),
    placeholderData: (before) => before,
  })
  const columns: Array<Column<AlertRecord>> = [
    {
      id: 'severity',
      title: t('severity'),
      width: '6rem',
      cell: ({ severity }) => <Badge tone={severityTone[severity]}>{words(severity)}</Badge>,
    },
    { id: 'server', title: t('server'), width: 'minmax(8rem, 1fr)', cell: (record) => record.server_name },
    { id: 'type', title: t('type'), width: 'minmax(8rem, 1fr)', cell: (record) => record.alert_type },
    {
      id: 'description',
      title: t('description'),
      width: 'minmax(12rem, 3fr)',
      cell: (record) => <span title={record.description}>{record.description}</span>,
    },
    {
      id: 'value',
      title: t('value'),
      width: '9rem',
      align: 'right',
      cell: ({ value, threshold }) =>
        threshold === null ? noFigure : `${formatNumber(value, 2)} / ${formatNumber(threshold, 2)}`,
    },
    { id: 'created', title: t('created'), width: '7rem', cell: (record) => <Age at={record.created_at} /> },
    {
      id: 'ended',
      title: t('ended'),
      width: '7rem',
      cell: ({ resolved, resolved_at }) =>
        resolved ? <Age at={resolved_at} /> : <Badge tone="bad">{t('open')}</Badge>,
    },
    { id: 'told', title: t('told'), width: '7rem', cell: (record) => <Age at={record.notified_at} /> },
  ]

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-wrap items-center gap-3 border-b border-line bg-panel px-3 py-2 text-sm">
        <label className="flex items-center gap-2">
          <input
            type="checkbox"
            className="size-4"
            checked={isUnresolved}
            onChange={(event) => change({ unresolved: event.target.checked ? '1' : null, page: null })}
          />
          {t('unresolved')}
        </label>
        {query.data && <Pages page={page} total={query.data.total} onChoose={(next) => change({ page: next })} />}
      </div>
      <Loaded query={query} lines={12}>
        {({ records }) => (
          <DataTable
            label={t('records')}
            columns={columns}
            rows={records}
            keyOf={({ id }) => String(id)}
            onOpen={({ id }) =>
              void navigate({
                to: pathOf({ agentId, tab: 'alerts' }),
                search: { ...travelling(search), status: 'all', alert: String(id) },
              })
            }
            empty={<EmptyState title={t('none')} />}
          />
        )}
      </Loaded>
    </div>
  )
}

function Pages(props: { page: number; total: number; onChoose: (page: string | null) => void }) {
  const t = useTexts(recordsTexts)
  const { page, total } = props
  const pages = Math.max(1, Math.ceil(total / perPage))
  return (
    <span className="ml-auto flex items-center gap-2 text-xs text-soft">
      {t('page', { page, pages, total })}
      <Button small disabled={page <= 1} onClick={() => props.onChoose(page <= 2 ? null : String(page - 1))}>
        {t('before')}
      </Button>
      <Button small disabled={page >= pages} onClick={() => props.onChoose(String(page + 1))}>
        {t('after')}
      </Button>
    </span>
  )
}
