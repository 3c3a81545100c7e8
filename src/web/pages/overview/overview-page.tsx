import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import type { AlertList } from '../../../contract/alerts.ts'
import type { DecisionList } from '../../../contract/decisions.ts'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { noFigure } from '../../lib/format.ts'
import { queryKeys } from '../../live/stale-queries.ts'
import { useCounts, useTree } from '../../live/use-live.ts'
import { pathOf } from '../../routes/address.ts'
import type { PageProps } from '../../routes/tabs.ts'
import { Age } from '../../ui/age.tsx'
import { Badge, severityTone } from '../../ui/badge.tsx'
import { Panel } from '../../ui/panel.tsx'
import { EmptyState, Loaded } from '../../ui/states.tsx'
import { uiTexts } from '../../ui/ui.texts.ts'
import { Federation } from './federation.tsx'
import { overviewTexts } from './overview.texts.ts'
import { Stream } from './stream.tsx'

const listed = 100

/** A region at a glance: key figures, the federation, what happens now, open alerts and decisions that wait. */
export function OverviewPage({ agentId }: PageProps) {
  const t = useTexts(overviewTexts)
  const inScope = useInScope(agentId)
  const alerts = useQuery({
    queryKey: [queryKeys.alerts, 'open', agentId],
    queryFn: ({ signal }) =>
      client.get<typeof AlertList>('/api/v1/alerts', { under: agentId, open: true, limit: listed }, signal),
  })
  const decisions = useQuery({
    queryKey: [queryKeys.decisions, 'pending', agentId],
    queryFn: ({ signal }) =>
      client.get<typeof DecisionList>(
        '/api/v1/decisions',
        { status: 'pending', under: agentId, limit: listed },
        signal,
      ),
  })
  const waiting = decisions.data?.decisions.filter((decision) => inScope(decision.agent_id))

  return (
    <div className="flex flex-col gap-3 p-3">
      <Figures agentId={agentId} openAlerts={alerts.data?.total} waiting={decisions.data?.total} />
      <Panel title={t('federation')}>
        <Federation agentId={agentId} />
      </Panel>
      <div className="grid grid-cols-1 gap-3 xl:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-3">
          <Panel title={t('openAlerts')}>
            <Loaded query={alerts}>
              {(list) =>
                list.alerts.length === 0 ? (
                  <EmptyState title={t('noAlerts')} />
                ) : (
                  <ul className="max-h-80 divide-y divide-line overflow-y-auto">
                    {list.alerts.map((alert) => (
                      <li key={alert.alert_id} className="flex items-baseline gap-2 px-3 py-1.5 text-sm">
                        <Severity severity={alert.severity} />
                        <Link
                          to={pathOf({ agentId: alert.agent_id, tab: 'overview' })}
                          className="shrink-0 hover:underline"
                        >
                          {alert.agent_name}
                        </Link>
                        <Link
                          to={pathOf({ agentId, tab: 'alerts' })}
                          search={{ alert: String(alert.alert_id) }}
                          className="min-w-0 flex-1 truncate hover:underline"
                          title={alert.description}
                        >
                          {alert.description}
                        </Link>
                        <span className="text-xs text-soft">
                          <Age at={alert.created_at} />
                        </span>
                      </li>
                    ))}
                  </ul>
                )
              }
            </Loaded>
          </Panel>
          <Panel title={t('decisions')}>
            <Loaded query={decisions}>
              {() =>
                waiting === undefined || waiting.length === 0 ? (
                  <EmptyState title={t('noDecisions')} />
                ) : (
                  <ul className="max-h-80 divide-y divide-line overflow-y-auto">
                    {waiting.map((decision) => (
                      <li key={decision.decision_id} className="flex items-baseline gap-2 px-3 py-1.5 text-sm">
                        <Severity severity={decision.severity} />
                        <span className="shrink-0">{decision.agent_id}</span>
                        <Link
                          to={pathOf({ agentId, tab: 'decisions' })}
                          search={{ decision: String(decision.decision_id) }}
                          className="min-w-0 flex-1 truncate font-mono text-xs hover:underline"
                          title={decision.proposed_action}
                        >
                          {decision.proposed_action}
                        </Link>
                        <span className="text-xs text-soft">
                          <Age at={decision.created_at} />
                        </span>
                      </li>
                    ))}
                  </ul>
                )
              }
            </Loaded>
          </Panel>
        </div>
        <Stream inScope={inScope} />
      </div>
    </div>
  )
}

function Severity({ severity }: { severity: keyof typeof severityTone }) {
  const words = useTexts(uiTexts)
  return <Badge tone={severityTone[severity]}>{words(severity)}</Badge>
}

/** Whether a node is in this scope. One that is not known any more belongs to the whole tree alone. */
function useInScope(agentId: string | null): (node: string) => boolean {
  const { node: nodeOf } = useTree()
  return (node) => agentId === null || (nodeOf(node)?.path.includes(agentId) ?? false)
}

function Figures(props: { agentId: string | null; openAlerts: number | undefined; waiting: number | undefined }) {
  const t = useTexts(overviewTexts)
  const below = useCounts(props.agentId)
  const bad = below ? below.critical + below.warning : undefined
  const silent = below ? below.offline + below.unreachable + below.unknown : undefined
  const figures = [
    { label: t('nodes'), value: below?.total, tone: '' },
    { label: t('bad'), value: bad, tone: bad ? 'text-warn' : '' },
    { label: t('silent'), value: silent, tone: silent ? 'text-bad' : '' },
    { label: t('openAlerts'), value: props.openAlerts, tone: props.openAlerts ? 'text-bad' : '' },
    { label: t('waiting'), value: props.waiting, tone: props.waiting ? 'text-warn' : '' },
  ]
  return (
    <dl
      aria-label={t('figures')}
      className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line sm:grid-cols-5"
    >
      {figures.map(({ label, value, tone }) => (
        <div key={label} className="flex flex-col-reverse bg-panel px-3 py-2 last:col-span-2 sm:last:col-span-1">
          <dt className="text-xs text-soft">{label}</dt>
          <dd className={`text-2xl font-semibold ${tone}`}>{value ?? noFigure}</dd>
        </div>
      ))}
    </dl>
  )
}
