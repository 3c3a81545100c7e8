import { useId, useState } from 'react'
import type { ApiKeyCreated } from '../../../../contract/auth.ts'
import { client } from '../../../app-state.ts'
import { useTexts } from '../../../i18n/language.tsx'
import { useNodes } from '../../../live/use-live.ts'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field, Input } from '../../../ui/field.tsx'
import { Form } from '../../../ui/form.tsx'
import { settingsTexts } from '../settings.texts.ts'
import { useTask } from '../../../ui/use-task.ts'
import { keysTexts } from './keys.texts.ts'

const suggested = 200

export function NewKeyDialog({
  onClose,
  onCreated,
}: {
  onClose: () => void
  onCreated: (agentId: string, key: string) => void
}) {
  const t = useTexts(keysTexts)
  const words = useTexts(settingsTexts)
  const list = useId()
  const { nodes } = useNodes()
  const { busy, error, run } = useTask()
  const [agentId, setAgentId] = useState('')
  const [name, setName] = useState('')
  const [endsOn, setEndsOn] = useState('')
  const matching = [...nodes.keys()].filter((id) => id.includes(agentId)).slice(0, suggested)

  async function create() {
    // A day as people mean it: to its end, where they are.
    const expires = endsOn === '' ? null : new Date(`${endsOn}T23:59:59`).toISOString()
    const body = { agent_id: agentId, name, expires_at: expires }
    const made = await run(() => client.call<typeof ApiKeyCreated>('POST', '/api/v1/auth/api-keys', { body }))
    if (made) onCreated(made.agent_id, made.api_key)
  }

  return (
    <Dialog open title={t('add')} description={t('addAbout')} onClose={onClose}>
      <Form
        action={words('create')}
        error={error}
        busy={busy}
        disabled={agentId === '' || name === ''}
        onSend={() => void create()}
      >
        <Field label={t('node')} hint={t('nodeHint')}>
          {(input) => (
            <Input
              {...input}
              list={list}
              autoFocus
              autoComplete="off"
              value={agentId}
              onChange={(event) => setAgentId(event.target.value)}
            />
          )}
        </Field>
        <datalist id={list}>
          {matching.map((id) => (
            <option key={id} value={id}>
              {nodes.get(id)?.name}
            </option>
          ))}
        </datalist>
        <Field label={t('name')}>
          {(input) => (
            <Input {...input} maxLength={256} value={name} onChange={(event) => setName(event.target.value)} />
          )}
        </Field>
        <Field label={t('expires')} hint={t('expiresHint')}>
          {(input) => (
            <Input {...input} type="date" value={endsOn} onChange={(event) => setEndsOn(event.target.value)} />
          )}
        </Field>
      </Form>
    </Dialog>
  )
}
