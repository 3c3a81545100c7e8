import { useEffect, useRef } from 'react'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { onThemeChange } from '../lib/theme-changes.ts'

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
 * Lines over time. Charts with the same `sync` share the crosshair. Dragging zooms, a double click shows all again. Colours
 * are read when drawing, so a change of theme only draws anew.
 */
export function Chart({
  times,
  series,
  format,
  sync,
  span,
  max,
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
}) {
  const holder = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot>(null)
  const shown = useRef<readonly [number, number]>(null)
  const latest = useRef({ times, series, format, span, max })
  latest.current = { times, series, format, span, max }
  // Data alone is set into the chart that is there; it is only made anew when its lines are others.
  const shape = series.map(({ label, color, bandTo }) => `${label} ${color} ${bandTo}`).join('|')

  useEffect(() => {
    const element = holder.current
    if (!element) return undefined
    const made = new UPlot(
      optionsOf(() => latest.current, element.clientWidth, sync),
      dataOf(latest.current),
      element,
    )
    plot.current = made
    shown.current = null
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
    // Who has zoomed in stays there while new points come.
    const isZoomed = shown.current !== null && !isSpan(made, shown.current)
    made.setData(dataOf(latest.current), false)
    if (isZoomed) made.redraw()
    else showSpan(made, span)
    shown.current = isZoomed ? shown.current : span
  }, [times, series, span, shape])

  return <div ref={holder} className="min-w-0" />
}

type Given = Pick<Parameters<typeof Chart>[0], 'times' | 'series' | 'format' | 'span' | 'max'>

const showSpan = (plot: UPlot, [min, max]: readonly [number, number]) => plot.setScale('x', { min, max })
const isSpan = (plot: UPlot, [min, max]: readonly [number, number]) =>
  plot.scales['x']?.min === min && plot.scales['x']?.max === max

const dataOf = ({ times, series }: Given): UPlot.AlignedData => [[...times], ...series.map(({ values }) => [...values])]

const day = new Intl.DateTimeFormat(undefined, { month: '2-digit', day: '2-digit' })
const minute = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const second = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' })
const exactTime = (seconds: number) => second.format(seconds * 1000)

/** A tick of the time axis: the hour, or the day where a day begins or ticks are days. */
function timeLabel(seconds: number, stepS: number): string {
  const time = new Date(seconds * 1000)
  const isMidnight = time.getHours() === 0 && time.getMinutes() === 0
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
      sync: { key: sync },
      drag: { x: true, y: false },
      bind: { dblclick: (plot) => () => (showSpan(plot, latest().span), null) },
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
      { label: '', value: (_plot: UPlot, value: number | null) => (value === null ? '' : exactTime(value)) },
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
