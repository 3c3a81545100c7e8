import type { MonitorPoint } from '../../../contract/better-monitor/monitor-data.ts'
import type { ChartSeries } from '../../ui/chart.tsx'

export type Unit = 'percent' | 'bytes' | 'rate' | 'load'
type Word = 'average' | 'peak' | 'lowest' | 'total' | 'in' | 'out' | 'one' | 'five' | 'fifteen'
export interface MetricChart {
  id: 'cpu' | 'memory' | 'disk' | 'network' | 'load'
  unit: Unit
  max?: number
  series: ChartSeries[]
}

/** The charts of a history. Where points are buckets, a band goes from the lowest figure to the peak. */
export function chartsOf(data: readonly MonitorPoint[], bucketed: boolean, t: (word: Word) => string): MetricChart[] {
  const column = (name: Exclude<keyof MonitorPoint, 'timestamp'>) => data.map((point) => point[name])
  const largest = (name: 'memory_total' | 'disk_total') => Math.max(0, ...column(name).map((value) => value ?? 0))
  const withPeak = (
    name: 'cpu_usage' | 'memory_used' | 'disk_used',
    color: string,
    more: ChartSeries[] = [],
  ): ChartSeries[] => [
    ...(bucketed
      ? [
          { label: t('peak'), color, values: column(`${name}_max`), thin: true, bandTo: 1 },
          { label: t('lowest'), color, values: column(`${name}_min`), thin: true },
        ]
      : []),
    { label: t('average'), color, values: column(name) },
    ...more,
  ]
  const total = (name: 'memory_total' | 'disk_total'): ChartSeries[] => [
    { label: t('total'), color: '--soft', values: column(name), dashed: true },
  ]
  const top = (name: 'memory_total' | 'disk_total') => (largest(name) > 0 ? { max: largest(name) * 1.05 } : {})
  return [
    { id: 'cpu', unit: 'percent', max: 100, series: withPeak('cpu_usage', '--accent') },
    {
      id: 'memory',
      unit: 'bytes',
      ...top('memory_total'),
      series: withPeak('memory_used', '--accent', total('memory_total')),
    },
    {
      id: 'network',
      unit: 'rate',
      series: [
        { label: t('in'), color: '--accent', values: column(bucketed ? 'network_in_max' : 'network_in') },
        { label: t('out'), color: '--warn', values: column(bucketed ? 'network_out_max' : 'network_out') },
      ],
    },
    {
      id: 'load',
      unit: 'load',
      series: [
        { label: t('one'), color: '--accent', values: column(bucketed ? 'load_avg_1_max' : 'load_avg_1') },
        { label: t('five'), color: '--good', values: column('load_avg_5') },
        { label: t('fifteen'), color: '--soft', values: column('load_avg_15') },
      ],
    },
    { id: 'disk', unit: 'bytes', ...top('disk_total'), series: withPeak('disk_used', '--accent', total('disk_total')) },
  ]
}
