import { useQueries, useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import type { AlertNotifications, AlertOnChannel } from '../../../contract/alerting.ts'
import type { Alert } from '../../../contract/alerts.ts'
import type { Silence } from '../../../contract/silences.ts'
import { client } from '../../app-state.ts'
import { useLanguage, useTexts } from '../../i18n/language.tsx'
import { formatTime } from '../../lib/format.ts'
import { queryKeys } from '../../live/stale-queries.ts'
import { Age } from '../../ui/age.tsx'
import { Loaded } from '../../ui/states.tsx'
import { drawerTexts } from './drawer.texts.ts'
import { silencesKey } from './silence-form.tsx'

const readAgainMs = 15_000

/** Who was told of an alert, who is told next, and why or why not; and what keeps it quiet. */
export function AlertTold({ alert }: { alert: Alert }) {
  const t = useTexts(drawerTexts)
  const query = useQuery({
    queryKey: [queryKeys.alerts, 'told', alert.alert_id],
    queryFn: ({ signal }) =>
      client.get<typeof AlertNotifications>(`/api/v1/alerts/${alert.alert_id}/notifications`, {}, signal),
    refetchInterval: readAgainMs,
  })
  return (
    <section>
      <h3 className="pb-1 text-xs font-semibold text-soft">{t('notified')}</h3>
      {alert.silenced_by.length > 0 && <SilencedBy ids={alert.silenced_by} />}
      <Loaded query={query}>
        {({ channels }) =>
          channels.length === 0 ? (
            <p className="text-sm text-soft">{t('noChannels')}</p>
          ) : (
            <ul className="flex flex-col gap-1.5">
              {channels.map((channel) => (
                <OnChannel key={channel.channel_id} channel={channel} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  )
}

function OnChannel({ channel }: { channel: z.infer<typeof AlertOnChannel> }) {
  const t = useTexts(drawerTexts)
  const { language } = useLanguage()
  const { told_kind, told_at, notices, next_at, reason } = channel
  return (
    <li className="text-sm">
      <span className="font-medium">{channel.channel_name}</span>
      {' · '}
      {told_at === null || told_kind === null ? (
        <span className="text-soft">{t('notTold')}</span>
      ) : (
        <>
          {t('told', { kind: t(told_kind === 'resolved' ? 'kind-resolved' : told_kind), count: notices })}{' '}
          <span className="text-soft">
            <Age at={told_at} />
          </span>
        </>
      )}
      <p className="text-xs text-soft">
        {t(`why-${reason}`)}
        {next_at !== null && ` · ${t('next', { time: formatTime(next_at, language) })}`}
      </p>
    </li>
  )
}

function SilencedBy({ ids }: { ids: readonly number[] }) {
  const t = useTexts(drawerTexts)
  const { language } = useLanguage()
  const silences = useQueries({
    queries: ids.map((id) => ({
      queryKey: [silencesKey, 'one', id],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        client.get<typeof Silence>(`/api/v1/silences/${id}`, {}, signal),
    })),
  })
  return (
    <div className="mb-2 rounded-md border border-line bg-warn-ground p-2 text-sm">
      <p className="font-medium text-warn">{t('silencedNote', { count: ids.length })}</p>
      <ul>
        {silences.map(({ data }, index) =>
          data ? (
            <li key={data.id} className="break-words">
              {data.reason} <span className="text-xs text-soft">{data.created_by}</span>
              {data.window && <span className="text-xs text-soft"> → {formatTime(data.window.ends_at, language)}</span>}
            </li>
          ) : (
            <li key={ids[index]}>#{ids[index]}</li>
          ),
        )}
      </ul>
    </div>
  )
}
