import { useEffect, useRef } from 'react'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useTexts } from '../i18n/language.tsx'
import { onThemeChange } from '../lib/theme-changes.ts'
import { uiTexts } from './ui.texts.ts'

type Column = ReadonlyArray<number | null>

export interface ChartSeries {
  label: string
  /** A variable of `styles.css`: `--accent`. */
  color: string
  values: Column
  dashed?: boolean
  thin?: boolean
  /** Fills the space down to the series with this index (the first is 0): a band from the lowest figure to the peak. */
  bandTo?: number
}

const heightPx = 180

/**
 * Lines over time. Charts with the same `sync` share the crosshair. Dragging asks for that part of the time, a double click
 * for the usual one. Colours are read when drawing, so a change of theme only draws anew.
 */
export function Chart({
  times,
  series,
  format,
  sync,
  span,
  max,
  onZoom,
}: {
  /** Unix seconds, ascending. */
  times: readonly number[]
  series: readonly ChartSeries[]
  format: (value: number | null | undefined) => string
  sync: string
  /** What the whole axis shows, in unix seconds. */
  span: readonly [number, number]
  /** The top of the axis, where it is known: 100 %. */
  max?: number
  /** In unix seconds; null: out again. */
  onZoom: (span: readonly [number, number] | null) => void
}) {
  const time = useTexts(uiTexts)('time')
  const holder = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot>(null)
  const latest = useRef({ time, times, series, format, span, max, onZoom })
  latest.current = { time, times, series, format, span, max, onZoom }
  // Data alone is set into the chart that is there; it is only made anew when its lines are others.
  const shape = [time, ...series.map(({ label, color, bandTo }) => `${label} ${color} ${bandTo}`)].join('|')

  useEffect(() => {
    const element = holder.current
    if (!element) return undefined
    const made = new UPlot(
      optionsOf(() => latest.current, element.clientWidth, sync),
      dataOf(latest.current),
      element,
    )
    plot.current = made
    const resize = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: heightPx }))
    resize.observe(element)
    const stopTheme = onThemeChange(() => made.redraw(false))
    return () => {
      resize.disconnect()
      stopTheme()
      made.destroy()
      plot.current = null
    }
  }, [shape, sync])

  useEffect(() => {
    const made = plot.current
    if (!made) return
    made.setData(dataOf(latest.current), false)
    made.setScale('x', { min: span[0], max: span[1] })
  }, [times, series, span, shape])

  return <div ref={holder} className="min-w-0" />
}

type Given = Pick<Parameters<typeof Chart>[0], 'times' | 'series' | 'format' | 'span' | 'max' | 'onZoom'> & {
  /** What the row of moments is called. */
  time: string
}

const hovering: ReadonlySet<string> = new Set(['mousemove', 'mouseleave'])

const dataOf = ({ times, series }: Given): UPlot.AlignedData => [[...times], ...series.map(({ values }) => [...values])]

const day = new Intl.DateTimeFormat(undefined, { month: '2-digit', day: '2-digit' })
const minute = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hourCycle: 'h23' })
const second = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' })
const exactTime = (seconds: number) => second.format(seconds * 1000)

/** A tick of the time axis: as fine as the ticks are, and the day where one begins. */
function timeLabel(seconds: number, stepS: number): string {
  const time = new Date(seconds * 1000)
  const isMidnight = time.getHours() === 0 && time.getMinutes() === 0
  if (stepS < 60) return clock.format(time)
  return stepS >= 86_400 || isMidnight ? day.format(time) : minute.format(time)
}

/** `light-dark()` is resolved only where it is used as a colour, so an element is asked, not the variable. */
function resolved(variable: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${variable})`
  document.body.append(probe)
  const value = getComputedStyle(probe).color
  probe.remove()
  return value
}

function optionsOf(latest: () => Given, width: number, sync: string): UPlot.Options {
  const given = latest()
  const axis: UPlot.Axis = {
    stroke: () => resolved('--soft'),
    grid: { stroke: () => resolved('--line'), width: 1 },
    ticks: { stroke: () => resolved('--line'), width: 1 },
    font: '11px system-ui',
  }
  return {
    width,
    height: heightPx,
    cursor: {
      sync: { key: sync, filters: { pub: (type) => hovering.has(type) } },
      drag: { x: true, y: false, setScale: false },
      bind: { dblclick: () => () => (latest().onZoom(null), null) },
    },
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width: across } = plot.select
          if (across <= 0) return
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
          latest().onZoom([plot.posToVal(left, 'x'), plot.posToVal(left + across, 'x')])
        },
      ],
    },
    scales: {
      x: { time: true },
      y: { range: (_plot, _min, max) => [0, latest().max ?? (max > 0 ? max * 1.1 : 1)] },
    },
    axes: [
      { ...axis, values: (_plot, values, _axis, _space, step) => values.map((value) => timeLabel(value, step)) },
      { ...axis, size: 72, values: (_plot, values) => values.map((value) => latest().format(value)) },
    ],
    series: [
      { label: given.time, value: (_plot: UPlot, value: number | null) => (value === null ? '' : exactTime(value)) },
      ...given.series.map((one) => ({
        label: one.label,
        stroke: () => resolved(one.color),
        width: one.thin ? 0.5 : 1.5,
        ...(one.dashed ? { dash: [4, 4] } : {}),
        points: { show: false },
        value: (_plot: UPlot, value: number | null) => latest().format(value),
      })),
    ],
    bands: given.series.flatMap((one, at) =>
      one.bandTo === undefined
        ? []
        : [
            {
              series: [at + 1, one.bandTo + 1] as [number, number],
              fill: () => resolved(one.color).replace(/^rgb\((.*)\)$/, 'rgba($1, 0.15)'),
            },
          ],
    ),
  }
}
