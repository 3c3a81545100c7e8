import { useState } from 'react'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { useNode } from '../../live/use-live.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { toast } from '../../ui/toast.tsx'
import { uiTexts } from '../../ui/ui.texts.ts'
import { timelineTexts } from './timeline.texts.ts'

/** Adds a person's note: about the node of the scope, or the task that is shown, else about this monitor. */
export function NoteDialog(props: {
  open: boolean
  agentId: string | null
  taskId: number | null
  onClose: () => void
  onAdded: () => Promise<void>
}) {
  const { open, agentId, taskId, onClose, onAdded } = props
  const t = useTexts(timelineTexts)
  const words = useTexts(uiTexts)
  const node = useNode(agentId ?? '')
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const about = taskId === null ? (node?.name ?? agentId ?? t('addAboutMonitor')) : t('task', { id: taskId })

  async function save() {
    if (text.trim() === '') return setError(t('noteMissing'))
    setBusy(true)
    const subject = taskId === null ? (agentId === null ? {} : { agent_id: agentId }) : { task_id: taskId }
    const outcome = await client.call('POST', '/api/v1/intents', { body: { data: text.trim(), ...subject } })
    setBusy(false)
    if (!outcome.ok) return setError(outcome.failure.message)
    toast('done', t('added'))
    setText('')
    setError(null)
    onClose()
    await onAdded()
  }

  return (
    <Dialog open={open} onClose={onClose} title={t('addTitle')} description={t('addAbout', { about })}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (!busy) void save()
        }}
      >
        <Field label={t('noteText')} hint={t('noteHint')} error={error}>
          {(input) => (
            <textarea
              {...input}
              value={text}
              rows={4}
              maxLength={16_384}
              onChange={(event) => setText(event.target.value)}
              className="w-full rounded-md border border-strong bg-panel p-2.5 text-sm aria-invalid:border-bad"
            />
          )}
        </Field>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words('cancel')}</Button>
          <Button type="submit" kind="primary" busy={busy}>
            {t('save')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
