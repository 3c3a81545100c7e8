import { useTexts } from '../i18n/language.tsx'
import type { Mark } from '../live/health.ts'
import { classes } from './class-names.ts'
import { uiTexts } from './ui.texts.ts'

const looks: Record<Mark, { shape: string; color: string }> = {
  healthy: { shape: '●', color: 'text-good' },
  warning: { shape: '▲', color: 'text-warn' },
  critical: { shape: '◆', color: 'text-bad' },
  offline: { shape: '○', color: 'text-off' },
  unreachable: { shape: '◌', color: 'text-off' },
  unknown: { shape: '?', color: 'text-off' },
}

/** Status as colour and shape, the same everywhere; with `label` also as a word, without as a word for screen readers. */
export function StatusMark({ mark, label = false, className }: { mark: Mark; label?: boolean; className?: string }) {
  const t = useTexts(uiTexts)
  const { shape, color } = looks[mark]
  return (
    <span className={classes('inline-flex items-center gap-1.5 whitespace-nowrap', className)} title={t(mark)}>
      <span aria-hidden className={classes('inline-block w-3.5 text-center leading-none', color)}>
        {shape}
      </span>
      <span className={label ? '' : 'sr-only'}>{t(mark)}</span>
    </span>
  )
}
