import { readableSubject } from '../../contract/subject.ts'
import type { Severity } from '../../contract/common.ts'
import type { Notice, NoticeAlert, NoticeKind, NoticeLanguage } from '../../contract/notifications.ts'

/** What a service makes of a text: how it is quoted, how lines end, how much it takes. */
export interface TextStyle {
  /** Takes away the meaning that the service gives to what a node wrote. */
  escape: (text: string) => string
  lineBreak: string
  fits: (text: string) => boolean
}

const maxTitleChars = 120
const maxLineChars = 600
const minLineChars = 40

interface Words {
  kinds: Record<NoticeKind, string>
  severities: Record<Severity, string>
  mark: (kind: string, severity: string | null) => string
  alerts: (count: number) => string
  since: (time: string) => string
  figure: (value: number, threshold: number | undefined) => string
  more: (count: number) => string
  foot: (site: string, time: string) => string
  tested: string
  colon: string
}

const words: Record<NoticeLanguage, Words> = {
  zh: {
    kinds: { firing: '故障', repeat: '仍未恢复', resolved: '恢复', test: '测试' },
    severities: { low: '低', medium: '中', high: '高', critical: '严重' },
    mark: (kind, severity) => (severity === null ? `【${kind}】` : `【${kind}·${severity}】`),
    alerts: (count) => `${count} 条告警`,
    since: (time) => `自 ${time}`,
    figure: (value, threshold) => (threshold === undefined ? `当前 ${value}` : `当前 ${value}，阈值 ${threshold}`),
    more: (count) => `……另有 ${count} 条`,
    foot: (site, time) => `${site} · ${time}`,
    tested: '这是一条测试通知：该渠道可以使用。',
    colon: '：',
  },
  en: {
    kinds: { firing: 'FIRING', repeat: 'STILL FIRING', resolved: 'RESOLVED', test: 'TEST' },
    severities: { low: 'low', medium: 'medium', high: 'high', critical: 'critical' },
    mark: (kind, severity) => (severity === null ? `[${kind}] ` : `[${kind} ${severity}] `),
    alerts: (count) => (count === 1 ? '1 alert' : `${count} alerts`),
    since: (time) => `since ${time}`,
    figure: (value, threshold) => (threshold === undefined ? `now ${value}` : `now ${value}, threshold ${threshold}`),
    more: (count) => `… and ${count} more`,
    foot: (site, time) => `${site} · ${time}`,
    tested: 'This is a test: notices reach this channel.',
    colon: ': ',
  },
}

/** A notice in one line: what happened, how severe, where. Never longer than 120 characters, and without control characters. */
export function titleOf(notice: Notice, language: NoticeLanguage): string {
  const say = words[language]
  if (notice.kind === 'test') return cut(`${say.mark(say.kinds.test, null)}${oneLine(notice.site)}`, maxTitleChars)
  const mark = say.mark(say.kinds[notice.kind], notice.kind === 'resolved' ? null : say.severities[notice.severity])
  const [only] = notice.alerts
  const count = notice.alerts.length + notice.omitted
  const where = only && count === 1 ? only.agent_name || only.agent_id : notice.scope
  const what = only && count === 1 ? oneLine(only.description) || only.type : say.alerts(count)
  return cut(`${mark}${oneLine(where)}${say.colon}${what}`, maxTitleChars)
}

/**
 * What the title leaves out, a line for each alert, as many as the service takes; the rest is counted. What a node wrote is
 * one line, without control characters, and quoted by `style.escape`.
 */
export function bodyOf(notice: Notice, language: NoticeLanguage, style: TextStyle): string {
  const say = words[language]
  const foot = style.escape(say.foot(oneLine(notice.site), timeText(notice.at)))
  if (notice.kind === 'test') return [say.tested, foot].join(style.lineBreak)

  const text = (listed: number, lineChars: number) => {
    const lines = notice.alerts.slice(0, listed).map((alert) => style.escape(cut(alertLine(alert, say), lineChars)))
    const more = notice.alerts.length - listed + notice.omitted
    return [...lines, ...(more > 0 ? [say.more(more)] : []), foot].join(style.lineBreak)
  }
  for (let listed = notice.alerts.length; listed > 1; listed--) {
    const whole = text(listed, maxLineChars)
    if (style.fits(whole)) return whole
  }
  for (let lineChars = maxLineChars; lineChars > minLineChars; lineChars = Math.floor(lineChars / 2)) {
    const one = text(1, lineChars)
    if (style.fits(one)) return one
  }
  return text(0, 0)
}

function alertLine(alert: NoticeAlert, say: Words): string {
  const about = readableSubject(alert.subject)
  const subject = about === '' || about === alert.type ? alert.type : `${alert.type} ${about}`
  const figure = alert.value === undefined ? [] : [say.figure(alert.value, alert.threshold)]
  const parts = [`${alert.agent_name} (${alert.path.join('/')})`, subject, alert.description, ...figure]
  return oneLine([say.severities[alert.severity], ...parts, say.since(timeText(alert.since))].join(' | '))
}

/** `2026-11-21 03:04:05 UTC` */
function timeText(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`
}

/** Control characters, line breaks and what turns the direction of a text become spaces. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim()
}

function cut(text: string, maxChars: number): string {
  const chars = Array.from(text)
  return chars.length <= maxChars ? text : `${chars.slice(0, Math.max(0, maxChars - 1)).join('')}…`
}
