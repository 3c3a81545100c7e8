import { live } from '../app-state.ts'
import { useTexts } from '../i18n/language.tsx'
import { useLiveState } from '../live/use-live.ts'
import { Button } from '../ui/button.tsx'
import { classes } from '../ui/class-names.ts'
import { shellTexts } from './shell.texts.ts'

/** Whether what is shown is what is: live, on its way, or cut off, and then a way to try at once. */
export function LiveMark() {
  const t = useTexts(shellTexts)
  const state = useLiveState()
  const text = state.name === 'waiting' && state.reason === 'slow' ? t('waitingSlow') : t(state.name)
  const isLive = state.name === 'live'
  const isCut = state.name === 'waiting'
  return (
    <span role="status" className="flex items-center gap-1.5 text-xs whitespace-nowrap text-soft" title={text}>
      <span
        aria-hidden
        className={classes('leading-none', isLive ? 'text-good' : isCut ? 'text-bad' : 'animate-pulse text-warn')}
      >
        {isLive ? '●' : isCut ? '○' : '◌'}
      </span>
      <span className={classes(isLive && 'max-sm:sr-only')}>{text}</span>
      {isCut && (
        <Button small kind="quiet" onClick={() => live.retryNow()}>
          {t('retryNow')}
        </Button>
      )}
    </span>
  )
}
