import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { AckResult, Alert } from '../../../contract/alerts.ts'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { queryKeys } from '../../live/stale-queries.ts'
import { Badge, severityTone } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { toast } from '../../ui/toast.tsx'
import { uiTexts } from '../../ui/ui.texts.ts'
import { alertsTexts } from './alerts.texts.ts'
import { handleAll, type Handled } from './handle-all.ts'

export type Act = 'ack' | 'resolve'

const listed = 6
const wait = (seconds: number) => new Promise<void>((resolve) => void setTimeout(resolve, seconds * 1000))

/** Acknowledges or resolves alerts with a note: says which, shows how far it is, and what was refused and why. */
export function HandleDialog({
  act,
  alerts,
  onClose,
}: {
  act: Act
  alerts: readonly Alert[]
  /** True when everything was done. */
  onClose: (isDone: boolean) => void
}) {
  const t = useTexts(alertsTexts)
  const words = useTexts(uiTexts)
  const queries = useQueryClient()
  const [given] = useState(alerts)
  const [notes, setNotes] = useState('')
  const [user, setUser] = useState('')
  const [through, setThrough] = useState<number | null>(null)
  const [outcome, setOutcome] = useState<Handled<Alert> | null>(null)
  const todo = given.filter(({ status }) => (act === 'ack' ? status === 'new' : status !== 'resolved'))
  const body = { ...(notes === '' ? {} : { notes }), ...(user === '' ? {} : { user }) }

  async function run() {
    setThrough(0)
    const handled = await handleAll(todo, {
      act: ({ alert_id }) => client.call<typeof AckResult>('POST', `/api/v1/alerts/${alert_id}/${act}`, { body }),
      wait,
      onProgress: setThrough,
    })
    setThrough(null)
    void queries.invalidateQueries({ queryKey: [queryKeys.alerts] })
    if (handled.done.length > 0) toast('done', t('done', { count: handled.done.length }))
    if (handled.refused.length === 0) onClose(true)
    else setOutcome(handled)
  }

  return (
    <Dialog
      open
      onClose={() => through === null && onClose(outcome !== null)}
      title={t(act === 'ack' ? 'ackTitle' : 'resolveTitle', { count: todo.length })}
      description={t(act === 'ack' ? 'ackHint' : 'resolveHint')}
    >
      {outcome ? (
        <div role="alert" className="flex flex-col gap-2 text-sm">
          <p className="font-medium text-bad">{t('refused', { count: outcome.refused.length })}</p>
          <ul className="flex max-h-60 flex-col gap-1 overflow-y-auto">
            {outcome.refused.map(({ item, failure }) => (
              <li key={item.alert_id} className="break-words">
                {item.agent_name}: {failure.message}
              </li>
            ))}
          </ul>
          <div className="flex justify-end">
            <Button onClick={() => onClose(true)}>{words('close')}</Button>
          </div>
        </div>
      ) : (
        <form
          className="flex flex-col gap-3"
          onSubmit={(event) => {
            event.preventDefault()
            if (through === null && todo.length > 0) void run()
          }}
        >
          <ul className="flex flex-col gap-1 rounded-md border border-line p-2 text-sm">
            {todo.slice(0, listed).map((alert) => (
              <li key={alert.alert_id} className="flex items-center gap-2">
                <Badge tone={severityTone[alert.severity]}>{words(alert.severity)}</Badge>
                <span className="max-w-[35%] shrink-0 truncate font-medium">{alert.agent_name}</span>
                <span className="min-w-0 truncate">{alert.description}</span>
              </li>
            ))}
            {todo.length > listed && <li className="text-soft">{t('andMore', { count: todo.length - listed })}</li>}
            {todo.length === 0 && <li className="text-soft">{t('nothingToDo')}</li>}
          </ul>
          {todo.length > 0 && todo.length < given.length && (
            <p className="text-xs text-soft">{t('skipped', { count: given.length - todo.length })}</p>
          )}
          <Field label={t('notes')} hint={t('notesHint')}>
            {(input) => (
              <textarea
                {...input}
                rows={2}
                maxLength={16_384}
                autoFocus
                value={notes}
                onChange={(event) => setNotes(event.target.value)}
                className="rounded-md border border-strong bg-panel px-2.5 py-1.5 text-sm"
              />
            )}
          </Field>
          <Field label={t('onBehalf')} hint={t('onBehalfHint')}>
            {(input) => (
              <Input {...input} maxLength={256} value={user} onChange={(event) => setUser(event.target.value)} />
            )}
          </Field>
          <div className="flex items-center justify-end gap-2">
            {through !== null && (
              <span role="status" className="mr-auto text-xs text-soft">
                {t('progress', { done: through, total: todo.length })}
              </span>
            )}
            <Button disabled={through !== null} onClick={() => onClose(false)}>
              {words('cancel')}
            </Button>
            <Button type="submit" kind="primary" busy={through !== null} disabled={todo.length === 0}>
              {t(act)}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}
