import { useState } from 'react'
import { useTexts } from '../../i18n/language.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { terminalTexts } from './terminal.texts.ts'

/** Where a browser lets no page read the clipboard: one pastes here, and sees what is sent before it is. */
export function PasteDialog({
  open,
  onClose,
  onPaste,
}: {
  open: boolean
  onClose: () => void
  onPaste: (text: string) => void
}) {
  const t = useTexts(terminalTexts)
  const [text, setText] = useState('')
  function close() {
    setText('')
    onClose()
  }
  return (
    <Dialog open={open} onClose={close} title={t('pasteTitle')} description={t('pasteHint')}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          close()
          if (text !== '') onPaste(text)
        }}
      >
        <textarea
          aria-label={t('pasteTitle')}
          autoFocus
          rows={6}
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="w-full rounded-md border border-strong bg-panel p-2 font-mono text-xs"
        />
        <div className="flex justify-end">
          <Button type="submit" kind="primary" disabled={text === ''}>
            {t('send')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
