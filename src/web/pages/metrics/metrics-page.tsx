import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { MonitorHistory } from '../../../contract/better-monitor/monitor-data.ts'
import { client } from '../../app-state.ts'
import { useLanguage, useTexts } from '../../i18n/language.tsx'
import { formatBytes, formatNumber, formatPercent, formatRate, formatSpan } from '../../lib/format.ts'
import { useNode } from '../../live/use-live.ts'
import type { PageProps } from '../../routes/tabs.ts'
import { useTimeRange } from '../../routes/time-range.ts'
import { Chart } from '../../ui/chart.tsx'
import { Panel } from '../../ui/panel.tsx'
import { EmptyState, Loaded } from '../../ui/states.tsx'
import { chartsOf, type Unit } from './charts.ts'
import { metricsTexts } from './metrics.texts.ts'

const points = 400
const quickestMs = 10_000

const formats: Record<Unit, (value: number | null | undefined) => string> = {
  percent: formatPercent,
  bytes: formatBytes,
  rate: formatRate,
  load: (value) => formatNumber(value, 2),
}

/** What was measured on one host over the chosen time range, growing while one looks. */
export function MetricsPage({ agentId }: PageProps) {
  const t = useTexts(metricsTexts)
  const { language } = useLanguage()
  const serverId = useNode(agentId ?? '')?.server_id
  const { range, spanMs } = useTimeRange()
  const query = useQuery({
    queryKey: ['metrics', agentId, range],
    enabled: serverId !== undefined,
    async queryFn({ signal }) {
      const to = Date.now()
      const span = { start_time: new Date(to - spanMs).toISOString(), end_time: new Date(to).toISOString() }
      const path = `/api/servers/${serverId}/monitor`
      const history = await client.get<typeof MonitorHistory>(path, { ...span, limit: points }, signal)
      return { history, span: [(to - spanMs) / 1000, to / 1000] as const }
    },
    refetchInterval: Math.max(quickestMs, spanMs / points),
    placeholderData: (before) => before,
  })
  const [sync] = useState(() => `charts of ${agentId}`)
  const drawn = useMemo(() => {
    if (!query.data) return null
    const { data } = query.data.history
    return {
      times: data.map((point) => Date.parse(point.timestamp) / 1000),
      charts: chartsOf(data, query.data.history.resolution > 0, t),
    }
  }, [query.data, t])

  return (
    <Loaded query={query} lines={12}>
      {({ history, span }) =>
        history.data.length === 0 || drawn === null ? (
          <EmptyState title={t('none')}>{t('noneHint')}</EmptyState>
        ) : (
          <div className="flex flex-col gap-3 p-3">
            <p className="text-xs text-soft">
              {history.resolution > 0
                ? t('resolution', { span: formatSpan(history.resolution, language) })
                : t('every')}
              {' · '}
              {t('zoom')}
            </p>
            <div className="grid grid-cols-1 gap-3 xl:grid-cols-2">
              {drawn.charts.map(({ id, unit, max, series }) => (
                <Panel key={id} title={t(id)}>
                  <div className="p-2">
                    <Chart
                      times={drawn.times}
                      series={series}
                      format={formats[unit]}
                      sync={sync}
                      span={span}
                      {...(max === undefined ? {} : { max })}
                    />
                  </div>
                </Panel>
              ))}
            </div>
          </div>
        )
      }
    </Loaded>
  )
}
