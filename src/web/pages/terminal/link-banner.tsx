import { useTexts } from '../../i18n/language.tsx'
import { Button } from '../../ui/button.tsx'
import type { LinkState } from './terminal-link.ts'
import { terminalTexts } from './terminal.texts.ts'

type T = ReturnType<typeof useTexts<keyof (typeof terminalTexts)['zh']>>

/** Says why nothing can be typed now, and what can be done about it. */
export function LinkBanner({
  state,
  name,
  onAgain,
  onNew,
  onClose,
}: {
  state: LinkState
  name: string
  onAgain: () => void
  onNew: () => void
  onClose: () => void
}) {
  const t = useTexts(terminalTexts)
  if (state.name === 'open' || state.name === 'connecting') return null
  const isWaiting = state.name === 'waiting'
  const isTakenOver = state.name === 'detached' && state.reason === 'taken_over'
  return (
    <div
      role="alert"
      className="flex shrink-0 flex-wrap items-center gap-2 border-t border-line bg-warn-ground px-3 py-2 text-sm text-warn"
    >
      <span className="min-w-0 flex-1 basis-64 break-words">{sayingOf(state, t)}</span>
      {isWaiting && <Button onClick={onAgain}>{t('retryNow')}</Button>}
      {isTakenOver && <Button onClick={onAgain}>{t('takeBack')}</Button>}
      {!isWaiting && !isTakenOver && <Button onClick={onNew}>{t('newTerminal')}</Button>}
      {!isWaiting && <Button onClick={onClose}>{t('closeTab', { name })}</Button>}
    </div>
  )
}

function sayingOf(state: LinkState, t: T): string {
  switch (state.name) {
    case 'waiting':
      return `${t('waiting')} · ${state.message ?? t('waitingHint')}`
    case 'detached':
      return t(state.reason)
    case 'ended':
      return state.code === null
        ? t('exitSignal', { signal: state.signal ?? '–' })
        : t('exitCode', { code: state.code })
    case 'gone':
      return t('gone')
    case 'refused':
      return t('refused', { message: state.message })
    default:
      return ''
  }
}
