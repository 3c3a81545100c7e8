import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense } from 'react'
import type { z } from 'zod'
import type { NodeDetail } from '../../../contract/cluster.ts'
import { client } from '../../app-state.ts'
import { useLanguage, useTexts } from '../../i18n/language.tsx'
import { formatTime } from '../../lib/format.ts'
import { markOf } from '../../live/health.ts'
import { queryKeys } from '../../live/stale-queries.ts'
import { useMay, useNode } from '../../live/use-live.ts'
import { pathOf } from '../../routes/address.ts'
import type { PageProps } from '../../routes/tabs.ts'
import { Age } from '../../ui/age.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Panel } from '../../ui/panel.tsx'
import { EmptyState, Loaded } from '../../ui/states.tsx'
import { StatusMark } from '../../ui/status-mark.tsx'
import { Allowed } from './allowed.tsx'
import { Facts } from './facts.tsx'
import { NodeFigures } from './node-figures.tsx'
import { NodeTimeline } from './node-timeline.tsx'
import { nodeTexts } from './node.texts.ts'

const NodeActions = lazy(async () => ({ default: (await import('../settings/node-actions.tsx')).NodeActions }))

type Detail = z.infer<typeof NodeDetail>

/** Everything about one node in one look; what is stale says since when, and why. */
export function NodePage({ agentId }: PageProps) {
  const t = useTexts(nodeTexts)
  const id = agentId ?? ''
  const live = useNode(id)
  const mayAdminister = useMay('administer')
  const query = useQuery({
    queryKey: [queryKeys.node, id],
    queryFn: ({ signal }) =>
      client.get<typeof NodeDetail>(`/api/v1/cluster/nodes/${encodeURIComponent(id)}`, {}, signal),
  })
  if (!live) return null
  return (
    <div className="flex flex-col gap-3 p-3">
      <header className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <h1 className="min-w-0 truncate text-lg font-semibold" title={live.agent_id}>
          {live.name}
        </h1>
        <StatusMark mark={markOf(live)} label />
        <span className="text-xs text-soft">
          {t('lastReport')} <Age at={live.last_heartbeat} />
        </span>
        {mayAdminister && (
          <Suspense>
            <NodeActions agentId={id} />
          </Suspense>
        )}
      </header>
      <StaleNote silentSince={live.stale_since} detail={query.data} />
      <NodeFigures node={live} />
      <Loaded query={query} lines={10}>
        {(detail) => (
          <div className="grid grid-cols-1 gap-3 xl:grid-cols-2">
            <Facts detail={detail} />
            <AlertsOf detail={detail} />
            <Allowed agentId={id} />
            <NodeTimeline agentId={id} detail={detail} />
          </div>
        )}
      </Loaded>
    </div>
  )
}

function StaleNote({ silentSince, detail }: { silentSince: string | null; detail: Detail | undefined }) {
  const t = useTexts(nodeTexts)
  const { language } = useLanguage()
  const texts = [
    ...(silentSince === null ? [] : [t('silentSince', { since: formatTime(silentSince, language) })]),
    ...(detail?.stale
      ? [
          t('staleSince', {
            since: detail.stale_since === null ? '–' : formatTime(detail.stale_since, language),
            reason: detail.stale_reason ?? '–',
          }),
        ]
      : []),
  ]
  if (texts.length === 0) return null
  return (
    <div role="status" className="rounded-md bg-warn-ground px-3 py-2 text-sm text-warn">
      <strong className="font-semibold">{t('staleTitle')}</strong>
      {texts.map((text) => (
        <p key={text} className="break-words">
          {text}
        </p>
      ))}
    </div>
  )
}

function List<Item>({
  title,
  empty,
  items,
  keyOf,
  children,
}: {
  title: string
  empty: string
  items: readonly Item[]
  keyOf: (item: Item) => number
  children: (item: Item) => ReactNode
}) {
  return (
    <Panel title={title}>
      {items.length === 0 ? (
        <EmptyState title={empty} />
      ) : (
        <ul className="max-h-80 divide-y divide-line overflow-y-auto">
          {items.map((item) => (
            <li key={keyOf(item)} className="flex items-baseline gap-2 px-3 py-1.5 text-sm">
              {children(item)}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

const alertTones = { new: 'bad', acknowledged: 'warn', resolved: 'plain' } as const

function AlertsOf({ detail }: { detail: Detail }) {
  const t = useTexts(nodeTexts)
  return (
    <List title={t('alerts')} empty={t('noAlerts')} items={detail.alerts} keyOf={(alert) => alert.alert_id}>
      {(alert) => (
        <>
          <Badge tone={alertTones[alert.status]}>{t(alert.status)}</Badge>
          <span className="text-soft">{alert.level}</span>
          <Link
            to={pathOf({ agentId: detail.agent.agent_id, tab: 'alerts' })}
            search={{ alert: String(alert.alert_id) }}
            className="min-w-0 flex-1 truncate hover:underline"
          >
            {alert.type}
          </Link>
          <span className="text-xs text-soft">
            <Age at={alert.created_at} />
          </span>
        </>
      )}
    </List>
  )
}
