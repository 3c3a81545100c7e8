import { useState } from 'react'
import type { Delivery, DeliveryList } from '../../../contract/notifications.ts'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { pageRows, useEndless } from '../../live/use-endless.ts'
import { useAddress } from '../../routes/address.ts'
import type { PageProps } from '../../routes/tabs.ts'
import { Age } from '../../ui/age.tsx'
import { Badge, severityTone, type Tone } from '../../ui/badge.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Select } from '../../ui/field.tsx'
import { EndlessList } from '../../ui/endless-list.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { uiTexts } from '../../ui/ui.texts.ts'
import { useNoticeReason } from './notice-reason.ts'
import { recordsTexts } from './records.texts.ts'

const states = ['pending', 'sending', 'sent', 'failed', 'dropped'] as const
const tones: Record<Delivery['state'], Tone> = {
  pending: 'accent',
  sending: 'accent',
  sent: 'good',
  failed: 'bad',
  dropped: 'warn',
}
const readAgainMs = 10_000
const placeOf = ({ created_at, id }: Delivery) => ({ at: created_at, id })

/** What was told to whom, what waits, and what was not sent and why; newest first. */
export function NoticesView({ agentId }: PageProps) {
  const t = useTexts(recordsTexts)
  const words = useTexts(uiTexts)
  const reasonText = useNoticeReason()
  const [search, change] = useAddress()
  const [open, setOpen] = useState<Delivery | null>(null)
  const state = states.find((each) => each === search['state']) ?? null
  const list = useEndless<Delivery>({
    queryKey: ['notices', agentId, state],
    placeOf,
    everyMs: readAgainMs,
    async read(offset, signal) {
      const page = { state, under: agentId, limit: pageRows, offset }
      const { notifications, total } = await client.get<typeof DeliveryList>('/api/v1/notifications', page, signal)
      return { rows: notifications, total }
    },
  })
  const columns: Array<Column<Delivery>> = [
    {
      id: 'state',
      title: t('state'),
      width: '6rem',
      cell: ({ state }) => <Badge tone={tones[state]}>{t(`state-${state}`)}</Badge>,
    },
    { id: 'channel', title: t('channel'), width: 'minmax(8rem, 1fr)', cell: (one) => one.channel_name },
    { id: 'kind', title: t('kind'), width: '6rem', cell: ({ notice }) => t(`kind-${notice.kind}`) },
    {
      id: 'severity',
      title: t('severity'),
      width: '6rem',
      cell: ({ notice: { severity } }) => <Badge tone={severityTone[severity]}>{words(severity)}</Badge>,
    },
    { id: 'scope', title: t('scope'), width: 'minmax(7rem, 1fr)', cell: ({ notice }) => notice.scope },
    {
      id: 'alerts',
      title: t('alerts'),
      width: '4rem',
      align: 'right',
      cell: ({ notice }) => notice.alerts.length + notice.omitted,
    },
    { id: 'created', title: t('created'), width: '7rem', cell: (one) => <Age at={one.created_at} /> },
    { id: 'sent', title: t('sent'), width: '7rem', cell: (one) => <Age at={one.sent_at} /> },
    { id: 'attempts', title: t('attempts'), width: '4rem', align: 'right', cell: (one) => one.attempts },
    {
      id: 'why',
      title: t('why'),
      width: 'minmax(10rem, 2fr)',
      cell: ({ last_error, reason }) => (
        <span title={last_error ?? undefined}>{reason === null ? last_error : reasonText(reason)}</span>
      ),
    },
  ]

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <EndlessList
        list={list}
        filters={
          <Select
            label={t('state')}
            value={state ?? ''}
            options={[
              { value: '' as const, label: t('anyState') },
              ...states.map((value) => ({ value, label: t(`state-${value}`) })),
            ]}
            onChoose={(value) => change({ state: value })}
          />
        }
      >
        {(rows) => (
          <DataTable
            label={t('notices')}
            columns={columns}
            rows={rows}
            keyOf={({ id }) => String(id)}
            onOpen={setOpen}
            onNearEnd={list.readOlder}
            empty={<EmptyState title={t('noNotices')}>{t('noNoticesHint')}</EmptyState>}
          />
        )}
      </EndlessList>
      {open && <OneNotice delivery={open} onClose={() => setOpen(null)} />}
    </div>
  )
}

/** The alerts of one notice, and why it was not sent. */
function OneNotice({ delivery, onClose }: { delivery: Delivery; onClose: () => void }) {
  const t = useTexts(recordsTexts)
  const words = useTexts(uiTexts)
  const reasonText = useNoticeReason()
  const { notice, last_error, reason, next_at, state } = delivery
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('notice', { id: delivery.id })}
      description={`${delivery.channel_name} · ${t(`state-${state}`)} · ${t(`kind-${notice.kind}`)}`}
      wide
    >
      {(last_error ?? reason) !== null && (
        <p className="text-sm break-words text-bad">
          {[reason && reasonText(reason), last_error].filter(Boolean).join(': ')}
        </p>
      )}
      {next_at !== null && state === 'pending' && (
        <p className="text-sm">
          {t('nextTry')}: <time dateTime={next_at}>{new Date(next_at).toLocaleString()}</time>
        </p>
      )}
      <ul className="flex flex-col gap-1 text-sm">
        {notice.alerts.map((alert) => (
          <li key={alert.uid} className="flex items-baseline gap-2">
            <Badge tone={severityTone[alert.severity]}>{words(alert.severity)}</Badge>
            <span className="shrink-0 font-medium">{alert.agent_name}</span>
            <span className="min-w-0 break-words">{alert.description}</span>
          </li>
        ))}
      </ul>
      {notice.omitted > 0 && <p className="text-sm text-soft">{t('omitted', { count: notice.omitted })}</p>}
    </Dialog>
  )
}
