import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Alert } from '../../../contract/alerts.ts'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { formatNumber } from '../../lib/format.ts'
import { queryKeys } from '../../live/stale-queries.ts'
import { useMay } from '../../live/use-live.ts'
import { pathOf } from '../../routes/address.ts'
import { Age } from '../../ui/age.tsx'
import { Badge, severityTone } from '../../ui/badge.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Loaded } from '../../ui/states.tsx'
import { uiTexts } from '../../ui/ui.texts.ts'
import { AlertTask } from './alert-task.tsx'
import { AlertTold } from './alert-told.tsx'
import { alertsTexts } from './alerts.texts.ts'
import { drawerTexts } from './drawer.texts.ts'
import type { Act } from './handle-dialog.tsx'

/** Everything about one alert, beside the list; on a phone over it. */
export function AlertDrawer(props: {
  alertId: number
  onAct: (act: Act, alert: Alert) => void
  onSilence: (alert: Alert) => void
  onClose: () => void
}) {
  const t = useTexts(drawerTexts)
  const words = useTexts(uiTexts)
  const query = useQuery({
    queryKey: [queryKeys.alerts, 'one', props.alertId],
    queryFn: ({ signal }) => client.get<typeof Alert>(`/api/v1/alerts/${props.alertId}`, {}, signal),
  })
  const title = t('alert', { id: props.alertId })
  return (
    <aside
      aria-label={title}
      className="flex w-[27rem] shrink-0 flex-col border-l border-line bg-panel max-lg:fixed max-lg:inset-0 max-lg:z-30 max-lg:w-auto"
    >
      <header className="flex h-11 shrink-0 items-center gap-2 border-b border-line pr-1 pl-3">
        <h2 className="flex-1 truncate text-sm font-semibold">{title}</h2>
        <IconButton label={words('close')} onClick={props.onClose}>
          ✕
        </IconButton>
      </header>
      <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto p-3">
        <Loaded query={query} lines={10}>
          {(alert) => (
            <>
              <Heading alert={alert} {...props} />
              <Facts alert={alert} />
              <Details details={alert.details} />
              <AlertTold alert={alert} />
              {alert.task_id !== null && <AlertTask taskId={alert.task_id} />}
            </>
          )}
        </Loaded>
      </div>
    </aside>
  )
}

function Heading({
  alert,
  onAct,
  onSilence,
}: {
  alert: Alert
  onAct: (act: Act, alert: Alert) => void
  onSilence: (alert: Alert) => void
}) {
  const t = useTexts(alertsTexts)
  const words = useTexts(uiTexts)
  const mayOperate = useMay('operate')
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <Badge tone={severityTone[alert.severity]}>{words(alert.severity)}</Badge>
        <Badge tone={alert.status === 'resolved' ? 'good' : alert.status === 'new' ? 'bad' : 'accent'}>
          {t(alert.status)}
        </Badge>
        <Badge>{alert.level}</Badge>
      </div>
      <p className="max-h-48 overflow-y-auto text-sm break-words whitespace-pre-wrap">{alert.description}</p>
      {mayOperate && alert.status !== 'resolved' && (
        <div className="flex flex-wrap gap-2">
          {alert.status === 'new' && (
            <Button small kind="primary" onClick={() => onAct('ack', alert)}>
              {t('ack')}
            </Button>
          )}
          <Button small onClick={() => onAct('resolve', alert)}>
            {t('resolve')}
          </Button>
          <Button small onClick={() => onSilence(alert)}>
            {t('silence')}
          </Button>
        </div>
      )}
    </div>
  )
}

function Facts({ alert }: { alert: Alert }) {
  const t = useTexts(drawerTexts)
  const origins = { issue: t('issue'), tree: t('tree'), rule: t('rule') }
  const origin = Object.entries(origins).find(([name]) => name === alert.origin)?.[1] ?? alert.origin
  const behalf = alert.on_behalf_of === null ? '' : ` ${t('onBehalf', { who: alert.on_behalf_of })}`
  const rows = [
    {
      name: t('node'),
      value: (
        <Link to={pathOf({ agentId: alert.agent_id, tab: 'overview' })} className="text-accent hover:underline">
          {alert.agent_name === alert.agent_id ? alert.agent_id : `${alert.agent_name} (${alert.agent_id})`}
        </Link>
      ),
    },
    { name: t('type'), value: alert.type },
    ...(alert.subject === '' ? [] : [{ name: t('subject'), value: alert.subject }]),
    { name: t('origin'), value: origin },
    ...(alert.threshold === null
      ? []
      : [{ name: t('value'), value: `${formatNumber(alert.value, 2)} / ${formatNumber(alert.threshold, 2)}` }]),
    { name: t('occurrences'), value: alert.occurrences },
    { name: t('first'), value: <Age at={alert.created_at} /> },
    { name: t('last'), value: <Age at={alert.last_seen_at} /> },
    ...(alert.acknowledged_at === null
      ? []
      : [
          {
            name: t('acked'),
            value: (
              <>
                {alert.acknowledged_by}
                {alert.status === 'acknowledged' && behalf} · <Age at={alert.acknowledged_at} />
              </>
            ),
          },
        ]),
    ...(alert.resolved_at === null
      ? []
      : [
          {
            name: t('resolved'),
            value: (
              <>
                {alert.resolved_by}
                {behalf} · <Age at={alert.resolved_at} />
              </>
            ),
          },
        ]),
    ...(alert.notes === null ? [] : [{ name: t('notes'), value: alert.notes }]),
  ]
  return (
    <dl className="grid grid-cols-[6.5rem_1fr] gap-x-2 gap-y-1 text-sm">
      {rows.map(({ name, value }) => (
        <div key={name} className="contents">
          <dt className="text-soft">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** What the node sent along: shown as text, never interpreted. */
function Details({ details }: { details: Alert['details'] }) {
  const t = useTexts(drawerTexts)
  const entries = Object.entries(details)
  if (entries.length === 0) return null
  return (
    <section>
      <h3 className="pb-1 text-xs font-semibold text-soft">{t('details')}</h3>
      <dl className="max-h-60 overflow-auto rounded-md border border-line bg-page p-2 font-mono text-xs">
        {entries.map(([name, value]) => (
          <div key={name} className="flex gap-2">
            <dt className="shrink-0 text-soft">{name}</dt>
            <dd className="min-w-0 break-words whitespace-pre-wrap">
              {typeof value === 'string' ? value : JSON.stringify(value)}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
