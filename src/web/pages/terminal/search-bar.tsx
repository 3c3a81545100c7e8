import { useState } from 'react'
import { useTexts } from '../../i18n/language.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Input } from '../../ui/field.tsx'
import { uiTexts } from '../../ui/ui.texts.ts'
import { terminalTexts } from './terminal.texts.ts'

/** Searches what the terminal still holds: Enter goes up to older matches, Shift-Enter down, Escape ends. */
export function SearchBar({
  find,
  onClose,
}: {
  find: (text: string, direction: 'next' | 'previous') => boolean
  onClose: () => void
}) {
  const t = useTexts(terminalTexts)
  const words = useTexts(uiTexts)
  const [text, setText] = useState('')
  const [missed, setMissed] = useState(false)
  const go = (direction: 'next' | 'previous') => setMissed(text !== '' && !find(text, direction))
  return (
    <form
      role="search"
      className="flex shrink-0 items-center gap-1 border-b border-line bg-panel px-2 py-1"
      onSubmit={(event) => {
        event.preventDefault()
        go('previous')
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose()
        else if (event.key === 'Enter' && event.shiftKey) {
          event.preventDefault()
          go('next')
        }
      }}
    >
      <Input
        type="search"
        autoFocus
        aria-label={t('searchFor')}
        placeholder={t('searchFor')}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setMissed(event.target.value !== '' && !find(event.target.value, 'previous'))
        }}
        className="max-w-72"
      />
      <Button small type="submit">
        {t('previous')}
      </Button>
      <Button small onClick={() => go('next')}>
        {t('next')}
      </Button>
      <span role="status" className="min-w-0 flex-1 truncate text-xs text-bad">
        {missed ? t('noMatch') : ''}
      </span>
      <IconButton label={words('close')} onClick={onClose}>
        ✕
      </IconButton>
    </form>
  )
}
