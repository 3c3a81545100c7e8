import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { MonitorHistory } from '../../../contract/better-monitor/monitor-data.ts'
import { client } from '../../app-state.ts'
import { useLanguage, useTexts } from '../../i18n/language.tsx'
import { formatBytes, formatNumber, formatPercent, formatRate, formatSpan } from '../../lib/format.ts'
import { useNode } from '../../live/use-live.ts'
import { useAddress } from '../../routes/address.ts'
import type { PageProps } from '../../routes/tabs.ts'
import { useTimeRange } from '../../routes/time-range.ts'
import { Button } from '../../ui/button.tsx'
import { Chart } from '../../ui/chart.tsx'
import { MomentInput } from '../../ui/moment-input.tsx'
import { Panel } from '../../ui/panel.tsx'
import { EmptyState, Loaded } from '../../ui/states.tsx'
import { chartsOf, type Unit } from './charts.ts'
import { metricsTexts } from './metrics.texts.ts'
import { shownSpan } from './shown-span.ts'

const points = 400
const quickestMs = 10_000

const isoOf = (seconds: number) => new Date(Math.round(seconds * 1000)).toISOString()

const formats: Record<Unit, (value: number | null | undefined) => string> = {
  percent: formatPercent,
  bytes: formatBytes,
  rate: formatRate,
  load: (value) => formatNumber(value, 2),
}

/**
 * What was measured on one host: over the chosen time range, growing while one looks, or from one moment to another, which
 * stand in the address as `from` and `to`.
 */
export function MetricsPage({ agentId }: PageProps) {
  const t = useTexts(metricsTexts)
  const { language } = useLanguage()
  const serverId = useNode(agentId ?? '')?.server_id
  const [search, change] = useAddress()
  const { range, spanMs } = useTimeRange()
  const { from, to } = search
  const isFixed = from !== undefined || to !== undefined
  const zoom = (span: readonly [number, number] | null) =>
    change({ from: span && isoOf(span[0]), to: span && isoOf(span[1]) })
  const query = useQuery({
    queryKey: ['metrics', agentId, range, from, to],
    enabled: serverId !== undefined,
    async queryFn({ signal }) {
      const [begin, end] = shownSpan({ from, to }, { spanMs, nowMs: Date.now() }).map((ms) => ms / 1000) as [
        number,
        number,
      ]
      const path = `/api/servers/${serverId}/monitor`
      const asked = { start_time: isoOf(begin), end_time: isoOf(end), limit: points }
      const history = await client.get<typeof MonitorHistory>(path, asked, signal)
      return { history, span: [begin, end] as const }
    },
    refetchInterval: to === undefined && Math.max(quickestMs, spanMs / points),
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
    <>
      <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line bg-panel px-3 py-2 text-sm">
        <MomentInput label={t('from')} iso={from ?? ''} onChange={(iso) => change({ from: iso })} />
        <span aria-hidden>–</span>
        <MomentInput label={t('to')} iso={to ?? ''} onChange={(iso) => change({ to: iso })} />
        {isFixed ? (
          <Button small onClick={() => zoom(null)}>
            {t('live', { range })}
          </Button>
        ) : (
          <span className="text-xs text-soft">{t('zoom')}</span>
        )}
      </div>
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
                        onZoom={zoom}
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
    </>
  )
}
