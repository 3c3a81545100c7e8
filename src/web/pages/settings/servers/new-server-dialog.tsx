import { useState } from 'react'
import type { ServerCreated } from '../../../../contract/better-monitor/servers.ts'
import { client } from '../../../app-state.ts'
import { useTexts } from '../../../i18n/language.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field, Input } from '../../../ui/field.tsx'
import { toast } from '../../../ui/toast.tsx'
import { Form } from '../../../ui/form.tsx'
import { settingsTexts } from '../settings.texts.ts'
import { useTask } from '../../../ui/use-task.ts'
import type { Server } from './servers-query.ts'
import { serversTexts } from './servers.texts.ts'

export function NewServerDialog({
  onClose,
  onCreated,
}: {
  onClose: () => void
  onCreated: (server: Server, secretKey: string) => void
}) {
  const t = useTexts(serversTexts)
  const words = useTexts(settingsTexts)
  const { busy, error, run } = useTask()
  const [draft, setDraft] = useState({ name: '', ip: '', tags: '', description: '' })
  const labels = { name: words('name'), ip: t('ip'), tags: t('tags'), description: t('description') }

  async function create() {
    const made = await run(() => client.call<typeof ServerCreated>('POST', '/api/servers', { body: draft }))
    if (!made) return
    toast('done', t('created', { name: made.server.name }))
    onCreated(made.server, made.secret_key)
  }

  return (
    <Dialog open title={t('add')} description={t('addAbout')} onClose={onClose}>
      <Form
        action={words('create')}
        error={error}
        busy={busy}
        disabled={draft.name.trim() === ''}
        onSend={() => void create()}
      >
        {(['name', 'ip', 'tags', 'description'] as const).map((field) => (
          <Field
            key={field}
            label={labels[field]}
            hint={field === 'name' ? '' : field === 'tags' ? t('tagsHint') : words('optional')}
          >
            {(input) => (
              <Input
                {...input}
                autoFocus={field === 'name'}
                autoComplete="off"
                maxLength={field === 'name' ? 256 : 1024}
                value={draft[field]}
                onChange={(event) => setDraft({ ...draft, [field]: event.target.value })}
              />
            )}
          </Field>
        ))}
      </Form>
    </Dialog>
  )
}
