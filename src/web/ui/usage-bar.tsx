import { useTexts } from '../i18n/language.tsx'
import { formatPercent } from '../lib/format.ts'
import { classes } from './class-names.ts'
import { uiTexts } from './ui.texts.ts'

const highPercent = 80
const fullPercent = 92

/**
 * A percentage as a small bar with its figure; nothing measured is a dash, not an empty bar. `old`: it is not how things are
 * now, and looks so.
 */
export function UsageBar({
  percent,
  label,
  old = false,
}: {
  percent: number | null | undefined
  label: string
  old?: boolean
}) {
  const t = useTexts(uiTexts)
  const text = formatPercent(percent)
  if (percent === null || percent === undefined) return <span className="text-soft">{text}</span>
  const color = old ? 'bg-soft' : percent >= fullPercent ? 'bg-bad' : percent >= highPercent ? 'bg-warn' : 'bg-accent'
  return (
    <span
      className={classes('flex items-center gap-2', old && 'text-soft italic')}
      title={old ? `${label} ${text} (${t('oldFigure')})` : `${label} ${text}`}
    >
      <span className="w-10 shrink-0 text-right whitespace-nowrap">{text}</span>
      <span aria-hidden className="h-1.5 min-w-8 flex-1 overflow-hidden rounded-full bg-hover">
        <span
          className={classes('block h-full rounded-full', color)}
          style={{ width: `${Math.min(100, Math.max(0, percent))}%` }}
        />
      </span>
    </span>
  )
}
