import { useState } from 'react'
import { useTexts } from '../../i18n/language.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input } from '../../ui/field.tsx'
import type { TerminalTab } from './remembered-tabs.ts'
import { terminalTexts } from './terminal.texts.ts'

const maxLength = 60

/** Gives a terminal a name of one's own; it is known to this page alone. */
export function RenameDialog({
  tab,
  onRename,
  onClose,
}: {
  tab: TerminalTab | null
  onRename: (session: string, name: string) => void
  onClose: () => void
}) {
  const t = useTexts(terminalTexts)
  return (
    <Dialog open={tab !== null} onClose={onClose} title={t('rename')}>
      {tab && (
        <NameForm key={tab.session} name={tab.name} onSave={(name) => (onRename(tab.session, name), onClose())} />
      )}
    </Dialog>
  )
}

function NameForm({ name, onSave }: { name: string; onSave: (name: string) => void }) {
  const t = useTexts(terminalTexts)
  const [text, setText] = useState(name)
  const wanted = text.trim()
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (wanted !== '') onSave(wanted)
      }}
    >
      <Field label={t('name')}>
        {(input) => (
          <Input
            {...input}
            autoFocus
            maxLength={maxLength}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <div className="flex justify-end">
        <Button type="submit" kind="primary" disabled={wanted === ''}>
          {t('save')}
        </Button>
      </div>
    </form>
  )
}
