import type { Language } from '../i18n/define-texts.ts'

/** What stands where a figure could not be had; never 0. */
export const noFigure = '–'

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** Bytes with a unit and at most three digits that matter: `1.5 GiB`. */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined || !Number.isFinite(bytes)) return noFigure
  let value = bytes
  let unit = 0
  while (Math.abs(value) >= 1024 && unit < byteUnits.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${shortNumber(value, unit === 0 ? 0 : 1)} ${byteUnits[unit]}`
}

/** Bytes in a second: `12.3 MiB/s`. */
export const formatRate = (bytes: number | null | undefined) => {
  const text = formatBytes(bytes)
  return text === noFigure ? text : `${text}/s`
}

/** `42 %`; one decimal below 10. */
export function formatPercent(percent: number | null | undefined): string {
  if (percent === null || percent === undefined || !Number.isFinite(percent)) return noFigure
  return `${shortNumber(percent, percent < 10 ? 1 : 0)} %`
}

export function formatNumber(value: number | null | undefined, decimals = 0): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return noFigure
  return shortNumber(value, decimals)
}

function shortNumber(value: number, decimals: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(decimals).replace(/\.0+$/, '')
}

const steps = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const
const ageUnits = {
  en: { second: 's', minute: 'min', hour: 'h', day: 'd' },
  zh: { second: '秒', minute: '分钟', hour: '小时', day: '天' },
}

/** A span in its largest whole unit: `12 s`, `3 h`. */
export function formatSpan(seconds: number, language: Language): string {
  const whole = Math.max(0, Math.floor(seconds))
  const [unit, size] = steps.find(([, size]) => whole >= size) ?? steps[3]
  return `${Math.floor(whole / size)} ${ageUnits[language][unit]}`
}

/** A span as a clock shows it: `4:05`, `1:02:03`. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds))
  const two = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}

/** How long something took: `85 ms`, `1.2 s`, `4:05`. */
export function formatTook(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return noFigure
  if (ms < 1000) return `${Math.round(ms)} ms`
  return ms < 60_000 ? `${shortNumber(ms / 1000, 1)} s` : formatClock(ms / 1000)
}

/** How long ago: `12 s ago`, `12 秒前`. A time ahead of ours (clocks differ) reads as now. */
export function formatAge(iso: string, nowMs: number, language: Language): string {
  const seconds = (nowMs - Date.parse(iso)) / 1000
  if (!Number.isFinite(seconds)) return noFigure
  if (seconds < 1) return language === 'zh' ? '刚刚' : 'now'
  const span = formatSpan(seconds, language)
  return language === 'zh' ? `${span}前` : `${span} ago`
}

/** Kept, because each holds memory outside of the heap: made anew for every age, every second, the collector stood for long. */
const timeFormats = new Map<Language, Intl.DateTimeFormat>()

function timeFormat(language: Language): Intl.DateTimeFormat {
  const kept = timeFormats.get(language)
  if (kept) return kept
  const made = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    dateStyle: 'medium',
    timeStyle: 'medium',
    hourCycle: 'h23',
  })
  timeFormats.set(language, made)
  return made
}

/** Date and time of this browser's zone, to the second. */
export function formatTime(iso: string, language: Language): string {
  const time = new Date(iso)
  return Number.isNaN(time.getTime()) ? noFigure : timeFormat(language).format(time)
}
