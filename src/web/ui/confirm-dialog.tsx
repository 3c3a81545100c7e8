import { type ReactNode, useState } from 'react'
import { useTexts } from '../i18n/language.tsx'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Field, Input } from './field.tsx'
import { uiTexts } from './ui.texts.ts'

/**
 * Asks before something that is not easily undone. `what` names what will happen, to what; with `word` it must be typed.
 * Stays open, busy, until `onConfirm` is done, and shows its error.
 */
export function ConfirmDialog({
  open,
  title,
  what,
  action,
  word,
  danger = true,
  onConfirm,
  onClose,
}: {
  open: boolean
  title: string
  what: ReactNode
  /** The verb on the button: "Delete", never "OK". */
  action: string
  word?: string
  danger?: boolean
  /** Resolves to the text of an error, or to null when it was done. */
  onConfirm: () => Promise<string | null>
  onClose: () => void
}) {
  const t = useTexts(uiTexts)
  const [typed, setTyped] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const isTyped = word === undefined || typed === word

  function close() {
    setTyped('')
    setError(null)
    onClose()
  }
  async function run() {
    setBusy(true)
    setError(null)
    const failed = await onConfirm()
    setBusy(false)
    if (failed === null) close()
    else setError(failed)
  }

  return (
    <Dialog open={open} onClose={close} title={title}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (isTyped && !busy) void run()
        }}
      >
        <div className="text-sm">{what}</div>
        {word !== undefined && (
          <Field label={t('typeToConfirm', { word })}>
            {(input) => (
              <Input {...input} value={typed} autoComplete="off" onChange={(event) => setTyped(event.target.value)} />
            )}
          </Field>
        )}
        {error !== null && (
          <p role="alert" className="text-sm text-bad">
            {error}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={close}>{t('cancel')}</Button>
          <Button type="submit" kind={danger ? 'danger' : 'primary'} busy={busy} disabled={!isTyped}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
